"""What drawings of networks say, in English and Korean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class NetworkWords:
    """The texts of one language; what stands in braces is put in.

    Attributes
    ----------
    title, input_described, through, block_described, lines_described : str
        For those who hear the picture.
    one_input, inputs, input, parameters, numbers, unit, unit_of : str
        What stands at columns, blocks and units.
    line, pixel : mapping
        What a line, and a pixel of a small picture, is: `weight`, `gradient`, `activation`.
    legend : tuple of str
        Two lines.
    positive, negative, all_units, first_units : str
    """

    title: str
    input_described: str
    through: str
    block_described: str
    lines_described: str
    one_input: str
    inputs: str
    input: str
    parameters: str
    numbers: str
    unit: str
    unit_of: str
    line: Mapping[str, str]
    pixel: Mapping[str, str]
    legend: tuple[str, str]
    positive: str
    negative: str
    all_units: str
    first_units: str


ENGLISH = NetworkWords(
    title="Network {widths}, {parameters:,} parameters",
    input_described="{width} inputs{through}.",
    through=" through {layers}",
    block_described="{output}: {layers}; {width} units, {parameters:,} parameters.",
    lines_described="Each line is {line}: solid where positive, dashed where negative.",
    one_input="1 input",
    inputs="{width} inputs",
    input="Input",
    parameters="{count:,} parameters",
    numbers="{width:,} numbers a sample",
    unit="unit {unit}: {extremes}",
    unit_of="{output}, unit {unit}",
    line={
        "weight": "a weight",
        "gradient": "the derivative of the loss by a weight",
        "activation": "a weight times what comes in",
    },
    pixel={"weight": "a weight", "gradient": "a weight's derivative", "activation": "weight × input"},
    legend=("A line is {line}, thicker", "the larger it is among those of its layer."),
    positive="positive",
    negative="negative",
    all_units="All {shown} units; a pixel is {pixel}",
    first_units="The first {shown} of {of:,} units; a pixel is {pixel}",
)

KOREAN = NetworkWords(
    title="신경망 {widths}, 매개변수 {parameters:,}개",
    input_described="입력 {width}개{through}.",
    through=" (지나는 층: {layers})",
    block_described="{output}: {layers}; 뉴런 {width}개, 매개변수 {parameters:,}개.",
    lines_described="선은 {line}입니다. 양수는 실선, 음수는 점선입니다.",
    one_input="입력 1개",
    inputs="입력 {width}개",
    input="입력",
    parameters="매개변수 {count:,}개",
    numbers="표본 하나에 숫자 {width:,}개",
    unit="뉴런 {unit}: {extremes}",
    unit_of="{output}, 뉴런 {unit}",
    line={"weight": "가중치", "gradient": "가중치에 대한 손실의 기울기", "activation": "가중치와 들어온 값의 곱"},
    pixel={"weight": "가중치", "gradient": "가중치의 기울기", "activation": "가중치 × 입력"},
    legend=("선은 {line}이고, 같은 층 안에서", "클수록 굵게 그립니다."),
    positive="양수",
    negative="음수",
    all_units="뉴런 {shown}개 모두, 픽셀 하나는 {pixel}",
    first_units="뉴런 {of:,}개 가운데 처음 {shown}개, 픽셀 하나는 {pixel}",
)

WORDS = {"en": ENGLISH, "ko": KOREAN}
