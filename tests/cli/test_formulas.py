import re

import pytest

from glassnet.cli.formulas import in_unicode
from glassnet.cli.lesson_text import terminal_markdown
from glassnet.lessons.blocks import Prose
from glassnet.lessons.catalogue import lessons


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\{0, 1\}", "{0, 1}"),
        (r"\frac{\partial z}{\partial x}", "∂z/∂x"),
        (r"\frac{1}{2m}", "1/(2m)"),
        (r"\frac{1}{1+e^{-x}}", "1/(1+e⁻ˣ)"),
        (r"\mathbf{W}^\top x", "Wᵀ x"),
        (r"\hat{y}_i", "y\u0302ᵢ"),
        (r"10^{-4}", "10⁻⁴"),
        (r"x^{(i)}", "x⁽ⁱ⁾"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b\nc = d"),
        (r"w \leftarrow w + \eta\,(t - y)", "w ← w + η (t − y)"),
        (r"\unknown", "unknown"),
        (r"\sqrt{2/n}", "√(2/n)"),
        (r"\sqrt{\sigma^2 + \varepsilon}", "√(σ² + ε)"),
        (r"\sqrt{\sigma^2}", "√(σ²)"),
        (r"\sqrt h + \sqrt2 + \sqrt{\hat v} + \sqrt[3]{8}", "√h + √2 + √v\u0302 + ∛8"),
        (r"\frac{z}{\sqrt{\sigma^2 + 1}}", "z/√(σ² + 1)"),
        (r"\tfrac12\sum \frac1N\,x", "1/2 Σ 1/N x"),
        (r"\frac{dz}{dy}\,\frac{dy}{dx}", "dz/dy · dy/dx"),
        (r"\frac{14}{3}\alpha", "14/3 α"),
        (r"\frac{x^2}{\frac{a}{b}}", "x²/(a/b)"),
        (r"n_\text{out} + W_\text{new} + m_{left}", "nₒᵤₜ + W_new + m_left"),
        (r"e^{a_k} + a_{i,j}^{[1]}", "e^(aₖ) + a_(i,j)^[1]"),
        (r"\nabla_\theta J \pm \partial_y", "∇_θ J ± ∂_y"),
        (r"W^{\mathsf T}X^T", "WᵀXᵀ"),
        (r"\|W\|^2 = \lVert w \rVert", "‖W‖² = ‖w‖"),
        (r"a \quad\Longrightarrow\quad \rho\log\sigma", "a   ⟹   ρ log σ"),
        (r"\underset{3 \times 2}{X}", "X (3 × 2)"),
        (r"\begin{bmatrix} 1 \\ -2 \end{bmatrix}", "[[1], [−2]]"),
        (r"\text{cross-entropy} \theta_j \text{에 대해}", "cross-entropy θⱼ에 대해"),
        (r"(\pm 1) \cdot 11{,}881", "(±1) · 11,881"),
        ("", ""),
        (r"\frac{1", "1/()"),
    ],
)
def test_formulas(formula, expected):
    assert in_unicode(formula) == expected


def test_code_and_money_stay():
    text = "`$x$` costs \\$5\n\n```\n$y$\n```\nand $x_1$"
    assert terminal_markdown(text) == "`$x$` costs \\$5\n\n```\n$y$\n```\nand `x₁`"


TEX = re.compile(r"\$\$(.+?)\$\$|(?<!\\)\$([^$\n]+?)\$", re.DOTALL)


def every_formula():
    for lesson in lessons():
        proses = [part for block in lesson.blocks for part in getattr(block, "prose", (block,))]
        for prose in proses:
            for text in (prose.ko, prose.en) if isinstance(prose, Prose) else ():
                without_code = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
                yield from ((lesson.number, found[1] or found[2]) for found in TEX.finditer(without_code))


def test_no_formula_of_a_lesson_shows_how_tex_writes_it():
    formulas = set(every_formula())
    assert len(formulas) > 300
    for number, formula in formulas:
        shown = in_unicode(formula)
        assert "\\" not in shown, (number, formula, shown)
        if not re.search(r"\\[{}]|\{cases\}", formula):
            assert not set("{}") & set(shown), (number, formula, shown)
        said = set(re.findall("[A-Za-z]+", "".join(re.findall(r"\\(?:text|mathrm|operatorname)\{([^}]*)\}", formula))))
        names_of_functions = {"max", "min", "log", "ln", "exp", "sin", "tanh", "lim"}
        for command in set(re.findall(r"\\([A-Za-z]+)", formula)) - said - names_of_functions:
            assert not re.search(rf"(?<![A-Za-z]){command}(?![A-Za-z])", shown), (number, formula, shown)
