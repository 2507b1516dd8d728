"""Checkers of lesson 05, matrices."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.lessons.answers import as_numbers, called, described, problems_of
from glassnet.mathematics import functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.lessons.checking import Problem

_SHAPES: Final = {"X": (32, 12), "W1": (12, 20), "b1": (20,), "W2": (20, 3), "b2": (3,), "Y": (32, 3)}


@problems_of
def layer_shapes(answer: Any) -> Iterator[Problem]:
    """Check the shapes of all arrays of a network 12–20–3 with 32 samples."""
    if not isinstance(answer, dict) or not set(_SHAPES) <= set(answer):
        names, got = ", ".join(_SHAPES), described(answer)
        yield (
            f"답은 {names}의 모양을 담은 dict여야 하는데 {got}입니다.",
            f"The answer must be a dict with the shapes of {names}, got {got}.",
        )
        return
    for name, right in _SHAPES.items():
        got = answer[name]
        shape = (got,) if isinstance(got, int) and len(right) == 1 else got
        if not isinstance(shape, tuple | list) or tuple(shape) != right:
            cause_ko, cause_en = _shape_cause(name, shape, right)
            yield (
                f"{name}의 모양이 {described(got)}(으)로 되어 있습니다. {cause_ko}",
                f"The shape of {name} is given as {described(got)}. {cause_en}",
            )


def _shape_cause(name: str, got: Any, right: tuple[int, ...]) -> Problem:
    if isinstance(got, tuple | list) and len(right) == 2 and tuple(got) == right[::-1]:
        return "행과 열이 뒤바뀌었습니다.", "Rows and columns are interchanged."
    if name.startswith("b"):
        return "편향은 뉴런마다 하나이고 축도 하나입니다.", "A bias has one number for each unit, along a single axis."
    if name.startswith("W"):
        return (
            "가중치는 (들어오는 수, 나가는 수)이고 표본 수와 무관합니다.",
            "Weights are (numbers in, numbers out), whatever the number of samples.",
        )
    return "행은 표본 하나씩입니다.", "There is one row for each sample."


@problems_of
def softmax_rows(answer: Any) -> Iterator[Problem]:
    """Check a softmax over the rows of a batch, with large inputs too."""
    for a in (
        np.array([[0.3, 2.9, 4.0], [1.0, 2.0, 3.0]]),
        np.array([[0.0, 1.0], [5.0, 5.0], [-2.0, 3.0]]),
        np.array([[1000.0, 1001.0], [0.0, -1000.0]]),
    ):
        call = f"softmax_rows({described(a)})"
        with np.errstate(all="ignore"):
            result = called("softmax_rows", answer, a)
        if _has_nan(result):
            yield (
                f"{call}에 nan이 있습니다. 행마다 최댓값을 빼서 exp가 넘치지 않게 하세요.",
                f"{call} has nan in it. Take each row's largest value away first, so that exp does not overflow.",
            )
            return
        got, right = as_numbers(call, result, a.shape), functions.softmax(a)
        if np.allclose(got, right):
            continue
        sums = got.sum(axis=1)
        if not np.allclose(sums, 1):
            whole = np.isclose(got.sum(), 1)
            yield (
                f"{call}: 행의 합이 1이어야 하는데 {described(sums.round(3))}입니다."
                + (" 배열 전체를 더했습니다: axis=1이 필요합니다." if whole else ""),
                f"{call}: each row must sum to 1, got {described(sums.round(3))}."
                + (" The sum is over the whole array: axis=1 is missing." if whole else ""),
            )
        else:
            yield (
                f"{call}은(는) {described(right.round(4))}(이)어야 하는데 {described(got.round(4))}입니다.",
                f"{call} must be {described(right.round(4))}, got {described(got.round(4))}.",
            )
        return


def _has_nan(result: Any) -> bool:
    return isinstance(result, np.ndarray) and result.dtype.kind == "f" and bool(np.isnan(result).any())


@problems_of
def forward(answer: Any) -> Iterator[Problem]:
    """Check a forward pass on networks of one, two and three layers."""
    rng = np.random.default_rng(5)
    for sizes in ((2, 3), (2, 3, 2), (4, 3, 2, 2)):
        layers = [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairwise(sizes)]
        x = rng.normal(size=(3, sizes[0]))
        name = "–".join(map(str, sizes))
        result = called("forward", answer, x, [(W.copy(), b.copy()) for W, b in layers])
        got, right = as_numbers(f"forward ({name})", result, (3, sizes[-1])), _forward(x, layers)
        if np.allclose(got, right):
            continue
        cause_ko, cause_en = _forward_cause(got, right, x, layers)
        wanted, given = described(right[0].round(4)), described(got[0].round(4))
        yield (
            f"{name} 신경망의 출력이 {wanted}(으)로 시작해야 하는데 {given}입니다. {cause_ko}",
            f"The output of a network {name} must begin with {wanted}, got {given}. {cause_en}",
        )
        return


def _forward(x: NDArray[Any], layers: list[tuple[Any, Any]], *, bias: bool = True, bend: bool = True) -> NDArray[Any]:
    for place, (W, b) in enumerate(layers, start=1):
        x = x @ W + b * bias
        if bend and place < len(layers):
            x = functions.sigmoid(x)
    return x


def _forward_cause(got: NDArray[Any], right: NDArray[Any], x: NDArray[Any], layers: list[tuple[Any, Any]]) -> Problem:
    if np.allclose(got, functions.sigmoid(right)):
        return "마지막 층에는 시그모이드를 쓰지 않습니다.", "The last layer does not go through the sigmoid."
    if np.allclose(got, _forward(x, layers, bend=False)):
        return "은닉층에 시그모이드가 빠졌습니다.", "The sigmoid of the hidden layers is missing."
    if np.allclose(got, _forward(x, layers, bias=False)):
        return "편향을 더하지 않았습니다.", "The biases are not added."
    return "층마다 x @ W + b, 그다음 시그모이드입니다.", "For each layer it is x @ W + b, then the sigmoid."


@problems_of
def from_columns(answer: Any) -> Iterator[Problem]:
    """Check a function (X, W) → X @ Wᵀ, where the weights are those of lecture 003."""
    rng = np.random.default_rng(3)
    for n, n_in, n_out in ((5, 3, 2), (3, 3, 3)):
        X, W = (rng.integers(-3, 4, shape).astype(float) for shape in ((n, n_in), (n_out, n_in)))
        result = called("from_columns", answer, X, W)
        if isinstance(result, np.ndarray) and result.shape == (n_out, n) != (n, n_out):
            yield (
                f"모양이 {(n, n_out)}(이)어야 하는데 {(n_out, n)}입니다. 표본이 열에 있습니다. 전치하세요.",
                f"The shape must be {(n, n_out)}, got {(n_out, n)}: samples stand in columns. Transpose it.",
            )
            return
        got = as_numbers("from_columns(X, W)", result, (n, n_out))
        if np.allclose(got, X @ W.T):
            continue
        wanted, given = described(X[0] @ W.T), described(got[0])
        yield (
            f"X {X.shape}, W {W.shape}의 첫 행은 {wanted}(이)어야 하는데 {given}입니다. W의 한 행이 뉴런 하나입니다.",
            f"For X {X.shape} and W {W.shape} row 0 must be {wanted}, got {given}. Here a row of W is a neuron.",
        )
        return
