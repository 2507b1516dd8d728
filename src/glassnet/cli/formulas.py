"""Formulas of TeX in letters that a terminal can show."""

from __future__ import annotations

import re
from typing import Final

# The commands that lessons use; of any other the name is shown.
SYMBOLS: Final = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε", "varepsilon": "ε", "eta": "η",
    "theta": "θ", "lambda": "λ", "mu": "μ", "pi": "π", "sigma": "σ", "phi": "φ", "nabla": "∇", "partial": "∂",
    "sum": "Σ", "prod": "Π", "int": "∫", "infty": "∞", "cdot": "·", "times": "×", "pm": "±", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "in": "∈", "to": "→", "rightarrow": "→",
    "leftarrow": "←", "gets": "←", "mapsto": "↦", "Rightarrow": "⇒", "top": "ᵀ", "odot": "⊙", "circ": "∘", "ldots": "…",
    "dots": "…", "cdots": "⋯", "quad": "  ", "qquad": "    ", "max": "max", "min": "min", "log": "log", "exp": "exp",
    "tanh": "tanh", "argmax": "argmax", "lVert": "‖", "rVert": "‖", "mid": "|", "sim": "~", "left": "",
    "right": "", "displaystyle": "", "bigl": "", "bigr": "", "big": "", "Big": "", "sqrt": "√", "ell": "ℓ",
}  # fmt: skip
_LOW: Final = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_HIGH: Final = str.maketrans("0123456789+-−=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁱⁿ")
_ACCENTS: Final = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
# Braces that are meant, while those that group are taken out.
_OPEN, _CLOSE = "\ue000", "\ue001"
_GROUP: Final = r"\{((?:[^{}]|\{[^{}]*\})*)\}"  # with groups within
_STYLES: Final = r"\\(?:text|mathrm|mathbf|boldsymbol|operatorname|mathcal|mathbb|mathit|vec)\s*"


def in_unicode(formula: str) -> str:
    r"""Return a formula of TeX in letters that a terminal can show.

    >>> in_unicode(r"w_1 x_1 + w_2 x_2 - \theta \le 0")
    'w₁ x₁ + w₂ x₂ − θ ≤ 0'
    >>> in_unicode(r"\frac{1}{2} \sum_k (y_k - t_k)^2")
    '1/2 Σₖ (yₖ − tₖ)²'
    >>> in_unicode(r"\frac{1}{1 + e^{-x}}")
    '1/(1 + e^(−x))'
    >>> in_unicode(r"y = \begin{cases} 0 & (x \le 0) \\ 1 & (x > 0) \end{cases}")
    'y = { 0 (x ≤ 0) ; 1 (x > 0)'
    """
    text = formula.replace(r"\{", _OPEN).replace(r"\}", _CLOSE).replace(r"\%", "%").replace("-", "−")
    text = re.sub(_STYLES + _GROUP, r"\1", text)
    for command, accent in _ACCENTS.items():
        text = re.sub(rf"\\{command}\s*(?:\{{(\w)\}}|(\w))", rf"\g<1>\g<2>{accent}", text)
    text = re.sub(r"\\begin\{cases\}(.*?)\\end\{cases\}", _cases, text, flags=re.DOTALL)
    text = re.sub(r"\\begin\{\w+\*?\}(\{[^{}]*\})?|\\end\{\w+\*?\}", "", text)
    text = re.sub(r"\s*\\\\(\[[^\]]*\])?\s*", "\n", re.sub(r"\s*&\s*", " ", text))
    for _ in range(2):  # fractions within fractions
        text = re.sub(rf"\\[dt]?frac\s*{_GROUP}\s*{_GROUP}", _fraction, text)
    text = re.sub(r"\\([,;:! ]|[A-Za-z]+)", _symbol, text)
    text = re.sub(r"_(\w|\{[^{}]*\})", lambda match: _small(match[1], _LOW, "_"), text)
    text = re.sub(r"\^([\w*]|\{[^{}]*\})", lambda match: _small(match[1], _HIGH, "^"), text)
    text = re.sub(r"[{}]", "", text).replace(_OPEN, "{").replace(_CLOSE, "}")
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _cases(match: re.Match[str]) -> str:
    cases = match[1].replace("&", " ").split("\\\\")
    return f"{_OPEN} " + " ; ".join(" ".join(case.split()) for case in cases)


def _fraction(match: re.Match[str]) -> str:
    above, below = match.groups()
    above = above if re.fullmatch(r"[^\s+−/*]+|\\partial \w+(_\w)?", above) else f"({above})"
    below = below if re.fullmatch(r"\d+|\w(_\w)?|\\partial \w+(_\w)?", below) else f"({below})"
    return f"{above}/{below}"


def _symbol(match: re.Match[str]) -> str:
    name = match[1]
    return SYMBOLS.get(name, name if name.isalpha() else " ")


def _small(part: str, table: dict[int, int], mark: str) -> str:
    """Return a sub- or superscript in small letters, or with its mark where there are none."""
    inner = part.strip("{}")
    if inner == "ᵀ":
        return inner
    if all(ord(letter) in table for letter in inner):
        return inner.translate(table)
    return f"{mark}{inner}" if len(inner) == 1 else f"{mark}({inner})"
