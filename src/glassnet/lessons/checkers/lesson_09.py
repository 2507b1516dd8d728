"""Checkers of lesson 09, computational graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.lessons.answers import Failed, as_numbers, called, described, problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.lessons.checking import Problem

# Three apples at 120, two oranges at 200, a coupon of 50, a tax of 1.1: 3 · 120 + 2 · 200 − 50 = 710.
_BASKET: Final = {
    "apple": 3 * 1.1,
    "apple_number": 120 * 1.1,
    "orange": 2 * 1.1,
    "orange_number": 200 * 1.1,
    "coupon": -1.1,
    "tax": 710.0,
}


@problems_of
def basket(answer: Any) -> Iterator[Problem]:
    """Check the six derivatives of the shopping with a coupon."""
    if not isinstance(answer, dict) or not set(_BASKET) <= set(answer):
        names, shown = ", ".join(_BASKET), described(answer)
        raise Failed(
            f"답은 {names}의 미분을 담은 dict여야 하는데 {shown}입니다.",
            f"the answer must be a dict with the derivatives by {names}, got {shown}.",
        )
    for name, right in _BASKET.items():
        got = float(as_numbers(name, answer[name], ()))
        if not np.isclose(got, right):
            cause_ko, cause_en = _basket_cause(name, got, right)
            yield f"{name}의 미분이 {got:g}(으)로 되어 있습니다. {cause_ko}", f"{name} is given as {got:g}. {cause_en}"


def _basket_cause(name: str, got: float, right: float) -> Problem:
    if name == "tax":
        return (
            "곱셈 노드는 두 입력을 서로 바꿉니다: 세금을 곱하기 전의 금액이 돌아옵니다(할인권을 뺐나요?).",
            "A multiplication node swaps its inputs: what comes back is the sum before tax (with the coupon off?).",
        )
    if np.isclose(got, -right):
        return "부호를 보세요. 할인권이 커지면 덜 냅니다.", "Look at the sign: a larger coupon makes you pay less."
    if np.isclose(got, right / 1.1):
        return "세금 노드에서 온 1.1을 곱하지 않았습니다.", "The 1.1 that comes from the tax node is missing."
    return (
        "오른쪽에서 왼쪽으로 가며, 곱셈 노드에서는 상대편 입력을 곱하고 덧셈 노드에서는 그대로 넘기세요.",
        "Go from right to left: multiply by the other input at a multiplication, pass on unchanged at an addition.",
    )


@problems_of
def sub_layer(answer: Any) -> Iterator[Problem]:
    """Check a class SubLayer with forward and backward."""
    for x, y, dout in ((5.0, 2.0, 1.0), (1.0, 4.0, 3.0)):
        layer = called("SubLayer", answer)
        result = called("forward", getattr(layer, "forward", None), x, y)
        got = float(as_numbers(f"forward({x:g}, {y:g})", result, ()))
        if not np.isclose(got, x - y):
            cause = (" 순서가 바뀌었습니다.", " The order is turned round.") if np.isclose(got, y - x) else ("", "")
            yield (
                f"forward({x:g}, {y:g})는 {x - y:g}(이)어야 하는데 {got:g}입니다.{cause[0]}",
                f"forward({x:g}, {y:g}) must be {x - y:g}, got {got:g}.{cause[1]}",
            )
            return
        back = called("backward", getattr(layer, "backward", None), dout)
        pair = as_numbers(f"backward({dout:g}), (dx, dy),", back, (2,))
        if np.allclose(pair, (dout, -dout)):
            continue
        if np.allclose(pair, dout):
            cause = (
                "이것은 덧셈의 규칙입니다. x − y는 y가 커지면 작아집니다.",
                "That is the rule of addition; x − y falls as y rises.",
            )
        elif np.allclose(pair, (1, -1)):
            cause = ("dout을 곱하지 않았습니다.", "It is not multiplied by dout.")
        else:
            cause = ("∂(x − y)/∂x = 1, ∂(x − y)/∂y = −1입니다.", "∂(x − y)/∂x = 1 and ∂(x − y)/∂y = −1.")
        yield (
            f"backward({dout:g})는 ({dout:g}, {-dout:g})(이)어야 하는데 {described(pair)}입니다. {cause[0]}",
            f"backward({dout:g}) must be ({dout:g}, {-dout:g}), got {described(pair)}. {cause[1]}",
        )
        return


@problems_of
def divide_backward(answer: Any) -> Iterator[Problem]:
    """Check a function (x, y, dout) → (dx, dy) for z = x / y."""
    for x, y, dout in ((1.0, 2.0, 1.0), (6.0, 2.0, 0.5), (3.0, -4.0, 2.0)):
        call = f"divide_backward({x:g}, {y:g}, {dout:g})"
        got = as_numbers(call, called("divide_backward", answer, x, y, dout), (2,))
        right = np.array([dout / y, -dout * x / y**2])
        if np.allclose(got, right):
            continue
        if np.allclose(got * dout, right):
            cause = ("뒤에서 온 dout을 곱하지 않았습니다.", "It is not multiplied by the dout from behind.")
        elif np.allclose(got * (1, -1), right):
            cause = (
                "dy의 부호를 보세요: y가 커지면 x/y는 작아집니다.",
                "Look at the sign of dy: x/y falls as y rises.",
            )
        elif np.allclose(got, (dout * y, dout * x)):
            cause = ("이것은 곱셈 노드의 규칙입니다.", "That is the rule of a multiplication node.")
        elif np.isclose(got[0], right[0]):
            cause = (
                "dx는 맞습니다. x·(1/y)의 y에 대한 미분은 −x/y²입니다.",
                "dx is right; the derivative of x/y by y is −x/y².",
            )
        else:
            cause = ("∂z/∂x = 1/y, ∂z/∂y = −x/y²입니다.", "∂z/∂x = 1/y and ∂z/∂y = −x/y².")
        yield (
            f"{call}은(는) {described(right)}(이)어야 하는데 {described(got)}입니다. {cause[0]}",
            f"{call} must be {described(right)}, got {described(got)}. {cause[1]}",
        )
        return
