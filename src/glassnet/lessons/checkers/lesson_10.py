"""Checkers of lesson 10, backpropagation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.lessons.answers import Failed, as_numbers, called, described, problems_of
from glassnet.lessons.checkers.reading import cause_of
from glassnet.mathematics import functions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.lessons.checking import Problem

_SIZES = ((1, 2, 2), (4, 3, 2))  # samples, units here, units of the next layer


@problems_of
def hidden_delta(answer: Any) -> Iterator[Problem]:
    """Check a function (z, W, delta) → δ of a sigmoid layer."""
    rng = np.random.default_rng(10)
    for n, units, following in _SIZES:
        z, W, delta = rng.random((n, units)), rng.normal(size=(units, following)), rng.normal(size=(n, following))
        got = as_numbers(f"hidden_delta {_shapes(z, W, delta)}", called("hidden_delta", answer, z, W, delta), z.shape)
        back = delta @ W.T
        right = z * (1 - z) * back
        if np.allclose(got, right):
            continue
        y = functions.sigmoid(z)
        causes = (
            (back, ("도함수 z(1 − z)를 곱하지 않았습니다.", "The derivative z(1 − z) is missing.")),
            (back * z, ("도함수는 z가 아니라 z(1 − z)입니다.", "The derivative is z(1 − z), not z.")),
            (
                back * y * (1 - y),
                ("z는 이미 시그모이드의 출력입니다. 다시 넣지 마세요.", "z is the sigmoid's output already."),
            ),
            (back * (1 - z) * (1 + z), ("이것은 tanh의 도함수입니다.", "That is the derivative of tanh.")),
        )
        yield _first_row(f"hidden_delta {_shapes(z, W, delta)}", got, right, cause_of(got, causes))
        return


@problems_of
def affine_backward(answer: Any) -> Iterator[Problem]:
    """Check a function (x, W, dout) → (dx, dW, db)."""
    rng = np.random.default_rng(11)
    for n, n_in, n_out in _SIZES:
        x, W, dout = rng.normal(size=(n, n_in)), rng.normal(size=(n_in, n_out)), rng.normal(size=(n, n_out))
        result = called("affine_backward", answer, x, W, dout)
        if not isinstance(result, tuple | list) or len(result) != 3:
            raise Failed(
                f"affine_backward는 (dx, dW, db)를 돌려주어야 하는데 {described(result)}입니다.",
                f"affine_backward must return (dx, dW, db), got {described(result)}.",
            )
        rights = {"dx": dout @ W.T, "dW": x.T @ dout, "db": dout.sum(axis=0)}
        problems = []
        for (name, right), given in zip(rights.items(), result, strict=True):
            if name == "db" and np.shape(given) == (n, n_out):
                yield (
                    f"db의 모양이 b와 같은 {(n_out,)}(이)어야 하는데 {(n, n_out)}입니다. 표본(axis=0)에 대해 더하세요.",
                    f"db must have the shape {(n_out,)} of b, got {(n, n_out)}. Add up over the samples, axis=0.",
                )
                return
            got = as_numbers(name, given, right.shape)
            if not np.allclose(got, right):
                mean = ((right / n, ("합이 아니라 평균을 냈습니다.", "That is the mean, not the sum.")),)
                problems.append(_first_row(name, np.atleast_2d(got), np.atleast_2d(right), cause_of(got, mean)))
        if problems:
            yield from problems
            return


@problems_of
def softmax_gradient(answer: Any) -> Iterator[Problem]:
    """Check a function (y, t) → gradient by the net inputs, of one sample, of several, and with odd targets."""
    rng = np.random.default_rng(12)
    targets = (np.eye(3)[[1]], np.eye(3)[[0, 2, 2, 1]], np.full((2, 3), 0.01) + 0.98 * np.eye(3)[[0, 1]])
    for t in targets:
        y = functions.softmax(rng.normal(size=t.shape))
        got = as_numbers(f"softmax_gradient {_shapes(y, t)}", called("softmax_gradient", answer, y, t), t.shape)
        n = len(t)
        right = (y * t.sum(axis=1, keepdims=True) - t) / n
        if np.allclose(got, right):
            continue
        causes = (
            (-right, ("부호가 반대입니다: y − t입니다.", "The sign is turned round: it is y − t.")),
            (right * n, ("배치 평균이므로 N으로 나누어야 합니다.", "It is averaged over the batch: divide by N.")),
            (
                (y - t) / n,
                (
                    "정답의 합이 1이 아니면 y에 그 합을 곱합니다.",
                    "If targets do not sum to 1, y is multiplied by their sum.",
                ),
            ),
            (
                -t / y / n,
                (
                    "이것은 y에 대한 기울기입니다. 소프트맥스까지 되짚으세요.",
                    "That is the gradient by y; go back through the softmax too.",
                ),
            ),
        )
        yield _first_row(f"softmax_gradient {_shapes(y, t)}", got, right, cause_of(got, causes))
        return


def _shapes(*arrays: NDArray[Any]) -> str:
    return ", ".join(str(array.shape) for array in arrays)


def _first_row(name: str, got: NDArray[Any], right: NDArray[Any], cause: Problem) -> Problem:
    wrong = int(np.argmax(~np.isclose(got, right).all(axis=1)))
    wanted, given = described(right[wrong].round(4)), described(got[wrong].round(4))
    return (
        f"{name}: {wrong}번 행이 {wanted}(이)어야 하는데 {given}입니다. {cause[0]}".rstrip(),
        f"{name}: row {wrong} must be {wanted}, got {given}. {cause[1]}".rstrip(),
    )
