"""Checkers of lesson 14, going further."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.lessons.answers import Failed, as_numbers, called, described, problems_of
from glassnet.lessons.checkers.reading import cause_of, parts
from glassnet.training.optimizers import Adam

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from glassnet.lessons.checkers.reading import Causes
    from glassnet.lessons.checking import Problem

_OF_VARIANCE: Final = {"tanh": 1.0, "relu": 2.0}  # times 1 / n_in


@problems_of
def weight_std(answer: Any) -> Iterator[Problem]:
    """Check a function (n_in, activation) → standard deviation of the weights."""
    for n_in, activation in ((100, "tanh"), (50, "relu"), (784, "tanh"), (784, "relu")):
        call = f"weight_std({n_in}, {activation!r})"
        got = float(as_numbers(call, called("weight_std", answer, n_in, activation), ()))
        variance = _OF_VARIANCE[activation] / n_in
        other = (3.0 - _OF_VARIANCE[activation]) / n_in
        right = np.sqrt(variance)
        causes: Causes = (
            (variance, ("이것은 분산입니다. 제곱근이 표준편차입니다.", "That is the variance: take its root.")),
            (
                np.sqrt(other),
                (
                    "두 활성화 함수가 뒤바뀌었거나 같은 식을 썼습니다. 절반을 버리는 것은 ReLU입니다.",
                    "That is the value of the other activation: it is ReLU that loses half.",
                ),
            ),
            (1 / right, ("분수가 뒤집혔습니다. 입력이 많을수록 작아야 합니다.", "The fraction is upside down.")),
            (
                2 / np.sqrt(n_in) if activation == "relu" else np.nan,
                ("2는 제곱근 안에 있어야 합니다.", "The 2 belongs under the root."),
            ),
        )
        if not np.isclose(got, right):
            yield _told(call, got, right, cause_of(got, causes))
            return


@problems_of
def adam_step(answer: Any) -> Iterator[Problem]:
    """Check a function (w, g, m, v, k, rate) → (w, m, v), at a later step and at the first."""
    g = np.array([2.0, -0.5])
    later = (np.array([0.5, -0.2]), np.array([0.3, 0.1]))
    for k, (m, v), rate in ((5, later, 0.01), (1, (np.zeros(2), np.zeros(2)), 0.1)):
        w = np.array([1.0, -1.0])
        result = parts(("w", "m", "v"), called("adam_step", answer, w, g, m, v, k, rate))
        wanted = _adam(w, g, m, v, k, rate)
        causes = _adam_causes(w, g, wanted[1], wanted[2], k, rate)
        for name, given, right in zip("mvw", (result[1], result[2], result[0]), (*wanted[1:], wanted[0]), strict=True):
            got = as_numbers(name, given, right.shape)
            if np.allclose(got, right, rtol=1e-6):
                continue
            if name == "m":
                found: Causes = ((m + g, ("(1 − β₁)를 곱하지 않았습니다.", "The factor (1 − β₁) is missing.")),)
                found += ((0.9 * m + g, ("(1 − β₁)를 곱하지 않았습니다.", "The factor (1 − β₁) is missing.")),)
                found += ((right / (1 - 0.9**k), _RETURN_THE_PLAIN),)
            elif name == "v":
                unsquared = 0.999 * v + 0.001 * g
                found = ((unsquared, ("v에는 g가 아니라 g²이 들어갑니다.", "It is g² that goes into v, not g.")),)
                found += ((0.9 * v + 0.1 * g**2, ("v에는 β₁이 아니라 β₂를 씁니다.", "v takes β₂, not β₁.")),)
                found += ((right / (1 - 0.999**k), _RETURN_THE_PLAIN),)
            else:
                found = causes
            yield _told(f"{name} (k={k}, rate={rate:g})", got, right, cause_of(got, found))
            return


_RETURN_THE_PLAIN: Final = (
    "바로잡은 값은 걸음에만 쓰고, 기억에는 바로잡기 전의 값을 남기세요.",
    "Use the corrected value for the step, and keep the uncorrected one.",
)


def _adam(
    w: NDArray[Any], g: NDArray[Any], m: NDArray[Any], v: NDArray[Any], k: int, rate: float
) -> tuple[NDArray[Any], ...]:
    w, slots = w.copy(), {"m": m.copy(), "v": v.copy()}
    Adam(rate).update(w, g, slots, rate, k)
    return w, slots["m"], slots["v"]


def _adam_causes(w: NDArray[Any], g: NDArray[Any], m: NDArray[Any], v: NDArray[Any], k: int, rate: float) -> Causes:
    """Return what w becomes by typical mistakes, from the new m and v."""
    m_hat, v_hat = m / (1 - 0.9**k), v / (1 - 0.999**k)
    return (
        (
            w - rate * m / (np.sqrt(v) + 1e-8),
            (
                "m과 v를 (1 − β₁ᵏ), (1 − β₂ᵏ)로 나누어 바로잡지 않았습니다.",
                "m and v are not corrected: divide them by (1 − β₁ᵏ) and (1 − β₂ᵏ).",
            ),
        ),
        (w + rate * m_hat / np.sqrt(v_hat), ("부호가 반대입니다: 내려가야 합니다.", "The sign is turned: go down.")),
        (w - rate * m_hat / v_hat, ("v̂의 제곱근으로 나누어야 합니다.", "Divide by the root of v̂.")),
        (w - rate * g / np.sqrt(v_hat), ("g가 아니라 m̂으로 걷습니다.", "The step is along m̂, not g.")),
        (w - rate * m_hat / np.sqrt(v_hat + 1e-3), ("ε이 너무 큽니다.", "The ε is too large.")),
        (w, ("w가 움직이지 않았습니다.", "w has not moved.")),
    )


@problems_of
def dropout(answer: Any) -> Iterator[Problem]:
    """Check a function (x, rate, keep) → output in training, for several rates."""
    x = np.array([[1.0, -2.0, 3.0, 4.0], [5.0, 6.0, -7.0, 8.0]])
    keep = np.array([[True, False, True, True], [False, True, True, False]])
    for rate in (0.5, 0.2, 0.0):
        kept = np.ones_like(keep) if rate == 0 else keep
        call = f"dropout(x, {rate:g}, keep)"
        got = as_numbers(call, called("dropout", answer, x, rate, kept), x.shape)
        right = x * kept / (1 - rate)
        causes: Causes = (
            (
                x * kept,
                (
                    "남은 수를 1/(1 − rate)배로 키우지 않았습니다. 이대로면 평균이 줄어듭니다.",
                    "What is left is not scaled by 1/(1 − rate), so the mean shrinks.",
                ),
            ),
            (
                x * kept * (1 - rate),
                ("(1 − rate)를 곱하지 말고 나누세요.", "Divide by (1 − rate), do not multiply."),
            ),
            (x * ~kept / (1 - rate), ("keep이 True인 자리를 남겨야 합니다.", "Numbers stay where keep is True.")),
            (x / (1 - rate), ("아무것도 끄지 않았습니다.", "Nothing was dropped.")),
            (x, ("이것은 예측할 때의 출력입니다.", "That is the output in prediction.")),
        )
        if rate:
            by_rate = ("rate가 아니라 1 − rate로 나눕니다.", "Divide by 1 − rate, not by rate.")
            causes = (*causes, (x * kept / rate, by_rate))
        if not np.allclose(got, right):
            yield _told(call, got, right, cause_of(got, causes))
            return


@problems_of
def batch_norm(answer: Any) -> Iterator[Problem]:
    """Check a function (z, gamma, beta, eps) → normalized rows, on the lesson's four numbers and on two units."""
    two = np.array([[1.0, 10.0], [3.0, 30.0], [5.0, 20.0]])
    cases = (
        (np.array([[5.0], [11.0], [11.0], [13.0]]), np.array([3.0]), np.array([1.0]), 1e-5),
        (two, np.array([2.0, -1.0]), np.array([0.5, 4.0]), 1e-5),
        (0.01 * two, np.ones(2), np.zeros(2), 0.1),
    )
    for z, gamma, beta, eps in cases:
        call = f"batch_norm(z {z.shape}, gamma={described(gamma)}, beta={described(beta)}, eps={eps:g})"
        result = called("batch_norm", answer, z, gamma, beta, eps)
        if isinstance(result, tuple):
            raise Failed(
                f"batch_norm은 배열 하나를 돌려주어야 하는데 값 {len(result)}개입니다.",
                f"batch_norm must return one array, got {len(result)} values.",
            )
        got, right = as_numbers(call, result, z.shape), _normalized(z, gamma, beta, eps)
        if not np.allclose(got, right, atol=1e-5):
            yield _told(call, got, right, cause_of(got, _normalization_causes(z, gamma, beta, eps)))
            return


def _normalized(
    z: NDArray[Any], gamma: Any, beta: Any, eps: float, *, axis: int | None = 0, ddof: int = 0
) -> NDArray[Any]:
    variance = z.var(axis=axis, ddof=ddof, keepdims=True)
    return np.asarray(gamma * (z - z.mean(axis=axis, keepdims=True)) / np.sqrt(variance + eps) + beta)


def _normalization_causes(z: NDArray[Any], gamma: Any, beta: Any, eps: float) -> Causes:
    mean, variance = z.mean(axis=0), z.var(axis=0)
    by_unit = (
        "뉴런(열)마다 따로, 표본(axis=0)에 대해 평균과 분산을 내세요.",
        "Take mean and variance for each unit (column) by itself, over the samples, axis=0.",
    )
    return (
        (_normalized(z, 1.0, 0.0, eps), ("γ를 곱하고 β를 더하지 않았습니다.", "γ and β are missing.")),
        (_normalized(z, gamma, 0.0, eps), ("β를 더하지 않았습니다.", "β is missing.")),
        (_normalized(z, 1.0, beta, eps), ("γ를 곱하지 않았습니다.", "γ is missing.")),
        (_normalized(z, gamma, beta, eps, axis=1), by_unit),
        (_normalized(z, gamma, beta, eps, axis=None), by_unit),
        (
            _normalized(z, gamma, beta, eps, ddof=1),
            ("훈련에서는 N − 1이 아니라 N으로 나눈 분산을 씁니다.", "The variance divides by N here, not by N − 1."),
        ),
        (
            gamma * (z - mean) / (variance + eps) + beta,
            ("분산이 아니라 그 제곱근으로 나눕니다.", "Divide by the root of the variance."),
        ),
        (
            gamma * z / np.sqrt(variance + eps) + beta,
            ("평균을 빼지 않았습니다.", "The mean is not taken away."),
        ),
        (
            gamma * (z - mean) / (np.sqrt(variance) + eps) + beta,
            ("eps는 제곱근 안에서 분산에 더합니다.", "eps is added to the variance, under the root."),
        ),
        (
            gamma * (z - mean) / np.sqrt(variance) + beta,
            ("분산에 eps를 더하지 않았습니다.", "eps is not added to the variance."),
        ),
        (
            gamma * (z - mean) / np.sqrt(variance + 1e-5) + beta,
            ("eps를 고정하지 말고 인수로 받은 값을 쓰세요.", "Use the eps that is given, not always 1e-5."),
        ),
    )


def _told(name: str, got: Any, right: Any, cause: Problem) -> Problem:
    """Return the words for the first number that is wrong."""
    given, wanted = np.atleast_1d(got), np.atleast_1d(right)
    place = np.unravel_index(int(np.argmax(~np.isclose(given, wanted, rtol=1e-6, atol=1e-5))), wanted.shape)
    index = ", ".join(map(str, place))
    where_ko, where_en = ("", "") if np.ndim(right) == 0 else (f"[{index}]", f" at [{index}]")
    needs, has = f"{wanted[place]:.4g}", f"{given[place]:.4g}"
    return (
        f"{name}{where_ko}: {needs}(이)어야 하는데 {has}입니다. {cause[0]}".rstrip(),
        f"{name}{where_en} must be {needs}, got {has}. {cause[1]}".rstrip(),
    )
