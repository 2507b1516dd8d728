"""What an explanation says, in English and in Korean."""

from __future__ import annotations

from typing import Final

from glassnet.mathematics.checks import check_choice

WORDS: Final = {
    "en": {
        "classes": "Why {why} and not {why_not}: logit {first} − {second} = {score}",
        "class": "Why {why}: its logit is {score}",
        "binary": "Why {why} and not {why_not}: log-odds {score}",
        "values": "Why output {why} is {score}",
        "values_both": "Why output {why} less output {why_not} is {score}",
        "net_input": "Why the net input {name} of output {why} is {score}",
        "net_input_both": "Why the net inputs {name} of outputs {why} and {why_not} differ by {score}",
        "answer": "The network answers {answer}: {outputs}.",
        "output": "{answer} has output {output}",
        "units": "By unit of hidden layer {name}",
        "pixels": "By pixel",
        "inputs": "By input",
        "exact": "exact",
        "integrated": "integrated gradients at {points:,} points, completeness error {error}",
        "incomplete": "integrated gradients at {points:,} points; the completeness error {error} stays too large",
        "unit": "unit",
        "pixel": "row, column",
        "input": "input",
        "value": "value",
        "adds": "adds",
        "others": "{count:,} others",
        "bias": "bias",
        "biases": "local biases",
        "at_baseline": "at the baseline",
        "sum": "sum",
        "error": "error",
        "none": "No input changes it nearby: the local linear map is constant.",
        "neighbours": "Nearest training samples in {name}",
        "row": "row",
        "class_column": "class",
        "target": "target",
        "distance": "distance",
        "change": "Smallest change found that turns the answer",
        "turned": "From {before} to {after}: L2 size {size}, {changed:,} of {of:,} {numbers} changed, margin {margin}.",
        "limits": "All stay from {low:g} to {high:g}.",
        "numbers_pixels": "pixels",
        "numbers_inputs": "inputs",
        "not_turned": "No change that turns the answer was found.",
        "picture": "picture",
        "changed_picture": "changed: {after}",
        "contributions": "what each pixel adds",
        "for": "for {why}",
        "against": "against",
        "neighbour": "row {row}: {label}",
    },
    "ko": {
        "classes": "왜 {why_not_subject} 아니라 {why}인가: 로짓 {first} − {second} = {score}",
        "class": "왜 {why}인가: 로짓은 {score}",
        "binary": "왜 {why_not_subject} 아니라 {why}인가: 로그 오즈 {score}",
        "values": "출력 {why}의 값이 왜 {score}인가",
        "values_both": "출력 {why_with} 출력 {why_not}의 차가 왜 {score}인가",
        "net_input": "출력 {why}의 가중합 {name}의 값이 왜 {score}인가",
        "net_input_both": "출력 {why_with} {why_not}의 가중합 {name}의 차가 왜 {score}인가",
        "answer": "신경망의 답은 {answer}입니다. {outputs}.",
        "output": "{answer}의 출력 {output}",
        "units": "은닉층 {name}의 뉴런별 기여",
        "pixels": "픽셀별 기여",
        "inputs": "입력별 기여",
        "exact": "정확한 값",
        "integrated": "적분 기울기, 점 {points:,}개, 완전성 오차 {error}",
        "incomplete": "적분 기울기, 점 {points:,}개, 완전성 오차가 {error}로 여전히 큼",
        "unit": "뉴런",
        "pixel": "행, 열",
        "input": "입력",
        "value": "값",
        "adds": "기여",
        "others": "나머지 {count:,}개",
        "bias": "편향",
        "biases": "국소 편향의 합",
        "at_baseline": "기준 입력에서의 값",
        "sum": "합계",
        "error": "오차",
        "none": "근처에서는 어떤 입력을 바꾸어도 달라지지 않습니다. 국소 선형 사상이 상수입니다.",
        "neighbours": "{name}에서 가장 가까운 훈련 표본",
        "row": "행",
        "class_column": "클래스",
        "target": "목표값",
        "distance": "거리",
        "change": "답을 바꾸는, 찾아낸 가장 작은 변화",
        "turned": "{before}에서 {after_to}: L2 크기 {size}, {numbers} {of:,}개 가운데 {changed:,}개가 바뀜, 여유 "
        "{margin}.",
        "limits": "모든 값은 {low:g}에서 {high:g} 사이에 있습니다.",
        "numbers_pixels": "픽셀",
        "numbers_inputs": "입력",
        "not_turned": "답을 바꾸는 변화를 찾지 못했습니다.",
        "picture": "그림",
        "changed_picture": "바뀐 그림: {after}",
        "contributions": "픽셀별 기여",
        "for": "{why} 쪽",
        "against": "반대쪽",
        "neighbour": "{row}행: {label}",
    },
}


def as_language(language: object) -> str:
    """Return a language that explanations speak.

    >>> as_language("ko")
    'ko'
    """
    return check_choice("language", language, WORDS)
