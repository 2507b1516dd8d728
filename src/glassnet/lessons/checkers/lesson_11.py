"""Checkers of lesson 11, MNIST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.lessons.answers import as_numbers, called, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.lessons.checking import Problem

_SIDE: Final = 28
_RIGHT, _OTHER = 0.99, 0.01


@problems_of
def pixel_index(answer: Any) -> Iterator[Problem]:
    """Check a function pixel_index(row, column)."""
    places = np.arange(_SIDE * _SIDE).reshape(_SIDE, _SIDE)
    for row, column in ((0, 0), (0, 5), (1, 0), (3, 2), (27, 27)):
        shown = f"pixel_index({row}, {column})"
        got = float(as_numbers(shown, called("pixel_index", answer, row, column), ()))
        wanted = int(places[row, column])
        if got == wanted:
            continue
        cause_ko, cause_en = "앞에 놓인 행마다 픽셀이 28개입니다.", "Each row before it holds 28 pixels."
        if got == places[column, row]:
            cause_ko, cause_en = "행과 열이 바뀌었습니다.", "Row and column have changed places."
        elif got == wanted + 1:
            cause_ko, cause_en = "자리는 0부터 셉니다.", "Places are counted from 0."
        yield (
            f"{shown}은(는) {wanted}(이)어야 하는데 {got:g}입니다. {cause_ko}",
            f"{shown} must be {wanted}, got {got:g}. {cause_en}",
        )
        return


@problems_of
def accuracy(answer: Any) -> Iterator[Problem]:
    """Check a function accuracy(y, t) of outputs (N, 10) and labels (N,)."""
    for labels, answers in (([3, 1, 4, 1], [3, 1, 4, 1]), ([3, 1, 4, 1, 5], [3, 1, 9, 1, 2]), ([0, 7], [7, 0])):
        t = np.array(labels)
        y = np.full((len(t), 10), 0.05)
        y[np.arange(len(t)), answers] = 0.55
        got = float(as_numbers("accuracy(y, t)", called("accuracy", answer, y, t), ()))
        right = int(np.sum(t == answers))
        wanted = right / len(t)
        if np.isclose(got, wanted):
            continue
        cause_ko, cause_en = _cause_of_share(got, wanted, right, len(t))
        yield (
            f"신경망의 답이 {answers}, 정답이 {labels}이면 {wanted:g}(이)어야 하는데 {got:g}입니다. {cause_ko}",
            f"With the answers {answers} and the labels {labels} it must be {wanted:g}, got {got:g}. {cause_en}",
        )
        return


def _cause_of_share(got: float, wanted: float, right: int, count: int) -> Problem:
    if np.isclose(got, right):
        return "맞힌 수를 표본의 수로 나누세요.", "Divide the number of right answers by the number of samples."
    if np.isclose(got, 100 * wanted):
        return "백분율이 아니라 0과 1 사이의 수입니다.", "It is a number from 0 to 1, not a percentage."
    if np.isclose(got, right / (10 * count)):
        return "출력의 수까지 나누었습니다.", "You divided by the number of outputs as well."
    if np.isclose(got, 1 - wanted):
        return "틀린 비율입니다.", "That is the share of wrong answers."
    return (
        "행마다 argmax를 구했나요? axis=1을 확인하세요.",
        "Is the argmax taken in each row? See whether it has axis=1.",
    )


@problems_of
def soft_targets(answer: Any) -> Iterator[Problem]:
    """Check a function soft_targets(labels) that gives rows of 0.99 and 0.01."""
    labels = np.array([5, 0, 4, 9])
    value = called("soft_targets", answer, labels)
    got = as_numbers("soft_targets([5, 0, 4, 9])", value, (len(labels), 10))
    wanted = np.full(got.shape, _OTHER)
    wanted[np.arange(len(labels)), labels] = _RIGHT
    if np.allclose(got, wanted):
        return
    cause_ko, cause_en = _cause_of_targets(got, wanted)
    row, column = (int(place) for place in np.argwhere(~np.isclose(got, wanted))[0])
    needs, has = f"{wanted[row, column]:g}", f"{got[row, column]:g}"
    yield (
        f"정답이 {labels[row]}인 행의 {column}번 자리는 {needs}(이)어야 하는데 {has}입니다. {cause_ko}",
        f"In the row of the label {labels[row]}, place {column} must be {needs}, got {has}. {cause_en}",
    )


def _cause_of_targets(got: NDArray[np.float64], wanted: NDArray[np.float64]) -> Problem:
    """Return the likely cause of wrong rows."""
    right = wanted == _RIGHT
    if np.allclose(got, right):
        return "1과 0이 아니라 0.99와 0.01입니다.", "It is 0.99 and 0.01 here, not 1 and 0."
    if np.allclose(got, _RIGHT + _OTHER - wanted):
        return "0.99와 0.01이 바뀌었습니다.", "0.99 and 0.01 have changed places."
    if np.allclose(got[right], _RIGHT) and np.sum(np.isclose(got, _RIGHT)) > len(got):
        return (
            "targets[:, labels]는 모든 행에 씁니다. targets[np.arange(N), labels]를 쓰세요.",
            "targets[:, labels] writes into every row. Use targets[np.arange(N), labels].",
        )
    if np.allclose(got[right], _RIGHT):
        return "나머지 자리도 0.01로 채우세요.", "Fill the other places with 0.01."
    return "행마다 정답 자리 하나만 0.99입니다.", "In each row only the place of the label is 0.99."
