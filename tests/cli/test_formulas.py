import pytest

from glassnet.cli.formulas import in_unicode
from glassnet.cli.lesson_text import terminal_markdown


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (r"\{0, 1\}", "{0, 1}"),
        (r"\frac{\partial z}{\partial x}", "∂ z/∂ x"),
        (r"\frac{1}{2m}", "1/(2m)"),
        (r"\frac{1}{1+e^{-x}}", "1/(1+e^(−x))"),
        (r"\mathbf{W}^\top x", "Wᵀ x"),
        (r"\hat{y}_i", "y\u0302ᵢ"),
        (r"10^{-4}", "10⁻⁴"),
        (r"x^{(i)}", "x⁽ⁱ⁾"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b\nc = d"),
        (r"w \leftarrow w + \eta\,(t - y)", "w ← w + η (t − y)"),
        (r"\unknown", "unknown"),
    ],
)
def test_formulas(formula, expected):
    assert in_unicode(formula) == expected


def test_code_and_money_stay():
    text = "`$x$` costs \\$5\n\n```\n$y$\n```\nand $x_1$"
    assert terminal_markdown(text) == "`$x$` costs \\$5\n\n```\n$y$\n```\nand `x₁`"
