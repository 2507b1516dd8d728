"""What a drawing of a computational graph is written with: symbols, numbers, sizes of texts, colours."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from typing import Any, Final

import numpy as np

from glassnet.glass.plots.fonts import CJK_FONTS
from glassnet.glass.plots.style import BLUE, LETTER_WIDTH, VERMILION

SYMBOLS: Final = {
    "add": "+",
    "subtract": "−",
    "multiply": "×",
    "divide": "÷",
    "power": "xʸ",
    "matmul": "@",
    "maximum": "max",
    "negative": "−x",
    "square": "x²",
    "log10": "log₁₀",
    "sqrt": "√",
    "absolute": "|x|",
    "sum": "Σ",
    "transpose": "xᵀ",
    "getitem": "x[ ]",
    "sigmoid": "σ",
    "relu": "ReLU",
    "affine": "Affine",
    "softmax": "Softmax",
    "softmax_with_loss": "Softmax with loss",
}
# Where exchanging the operands changes nothing, a drawing may exchange them to avoid a crossing.
COMMUTATIVE: Final = frozenset({"add", "multiply", "maximum"})

FONTS: Final = ", ".join(
    ("system-ui", "'Segoe UI'", "Roboto", "'DejaVu Sans'", *(f"'{name}'" for name in CJK_FONTS[:2]), "sans-serif")
)
TEXT_SIZE: Final = 14.0
SMALL: Final = 12.0

# The dark ones are sky blue and orange of the same palette (Okabe and Ito): told apart by every kind of colour vision.
LIGHT: Final = {
    "paper": "#FFFFFF",
    "body": "#F3F5F8",
    "ink": "#222222",
    "value": BLUE,
    "derivative": VERMILION,
    "constant": "#6B6B6B",
}
DARK: Final = {
    "paper": "#16181D",
    "body": "#252A33",
    "ink": "#E8E8E8",
    "value": "#56B4E9",
    "derivative": "#E69F00",
    "constant": "#A6A6A6",
}

LONGEST_NAME: Final = 24
LARGEST_SHOWN: Final = 60  # a tooltip shows the numbers of a larger array only in part
SIGNIFICANT: Final = 4
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def symbol_of(operation: str) -> str:
    """Return what stands in the circle of an operation.

    >>> symbol_of("multiply"), symbol_of("leaky_relu")
    ('×', 'leaky relu')
    """
    return SYMBOLS.get(operation, operation.replace("_", " "))


def number_text(number: float) -> str:
    """Write a number as the slides do: four significant digits, none that say nothing.

    >>> [number_text(x) for x in (220.00000000000003, 222.2, 2.2, 1234567.0, 0.73105858, -0.5, 1.2e-7)]
    ['220', '222.2', '2.2', '1.235×10⁶', '0.7311', '−0.5', '1.2×10⁻⁷']
    """
    if math.isnan(number):
        return "nan"
    sign = "−" if number < 0 else ""
    size = abs(float(number))
    if math.isinf(size):
        return f"{sign}∞"
    digits, exponent = f"{size:.{SIGNIFICANT - 1}e}".split("e")
    power = int(exponent)
    if size == 0 or -4 <= power < 6:
        text = f"{size:.{max(SIGNIFICANT - 1 - power, 0) if size else 0}f}"
        return sign + (text.rstrip("0").rstrip(".") if "." in text else text)
    return f"{sign}{digits.rstrip('0').rstrip('.')}×10{str(power).translate(_SUPERSCRIPTS)}"


def value_text(value: Any) -> str:
    """Write a number, or the shape of an array.

    >>> value_text(2.0), value_text(np.zeros((100, 784)))
    ('2', '(100, 784)')
    """
    array = np.asarray(value)
    return number_text(array.item()) if array.ndim == 0 else str(array.shape)


def numbers_text(value: Any) -> str:
    """Write all numbers of a small array, or the first and last ones of a large one, for a tooltip.

    >>> numbers_text([1.0, 2.5]), numbers_text(0.1 + 0.2)
    ('[1. , 2.5]', '0.30000000000000004')
    """
    array = np.asarray(value)
    if array.ndim == 0:
        return str(array.item())
    text = np.array2string(array, separator=", ", precision=4, threshold=LARGEST_SHOWN, edgeitems=2)
    return text if array.size <= LARGEST_SHOWN else f"{array.shape}\n{text}"


def shortened(text: str) -> str:
    """Return a name that is not too long for a drawing; its tooltip has the whole.

    >>> shortened("the number of apples in the basket")
    'the number of apples in…'
    """
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1].rstrip()}…"


def width_of(text: str, size: float) -> float:
    """Return about how wide a text is: rather too wide than too narrow.

    >>> round(width_of("apple", 10)), round(width_of("사과", 10))
    (32, 20)
    """
    letters = sum(
        1.0 if unicodedata.east_asian_width(letter) in "WF" else LETTER_WIDTH
        for letter in text
        if not unicodedata.combining(letter)
    )
    return letters * size


def escaped(text: str) -> str:
    """Return a text that may stand in an SVG file, with � for what XML forbids.

    >>> escaped("a < b" + chr(0))
    'a &lt; b�'
    """
    return html.escape(re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "�", text))
