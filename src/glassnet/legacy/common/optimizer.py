"""`common.optimizer`: glassnet's optimizers behind the book's interface, `update(params, grads)` on dicts of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from glassnet.training import optimizers

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SGD", "AdaGrad", "Adam", "Momentum", "Nesterov", "RMSprop"]

EPS: Final = 1e-7  # what the book adds to a root before it divides by it


class _Rule:
    """An optimizer that remembers what it needs of each parameter by its name."""

    def __init__(self, rule: optimizers.Optimizer, lr: float) -> None:
        self.rule = rule
        self.lr = lr
        self.steps = 0
        self.memory: dict[str, dict[str, NDArray[Any]]] = {}

    def update(self, params: dict[str, NDArray[Any]], grads: dict[str, NDArray[Any]]) -> None:
        """Change every parameter by its gradient.

        Parameters
        ----------
        params : dict of name and array
            They are changed in place.
        grads : dict of name and array
            The gradients, of the same names and shapes.
        """
        self.steps += 1
        for name, value in params.items():
            slots = self.memory.setdefault(name, {slot: np.zeros_like(value) for slot in self.rule.slots})
            self.rule.update(value, grads[name], slots, self.lr, self.steps)


class SGD(_Rule):
    """Gradient descent, W ← W − η g.

    Parameters
    ----------
    lr : float above 0, default 0.01
        η; it may be changed between updates.

    Examples
    --------
    >>> params = {"W1": np.array([1.0])}
    >>> SGD(lr=0.1).update(params, {"W1": np.array([2.0])})
    >>> params["W1"]
    array([0.8])
    """

    def __init__(self, lr: float = 0.01) -> None:
        super().__init__(optimizers.SGD(lr), lr)


class Momentum(_Rule):
    """v ← μ v − η g, W ← W + v.

    Parameters
    ----------
    lr : float above 0, default 0.01
    momentum : float, default 0.9
        μ, at least 0 and below 1.

    Examples
    --------
    >>> params, rule = {"W1": np.array([1.0])}, Momentum(lr=0.1)
    >>> for _ in range(2):
    ...     rule.update(params, {"W1": np.array([2.0])})
    >>> params["W1"].round(4)
    array([0.42])
    """

    def __init__(self, lr: float = 0.01, momentum: float = 0.9) -> None:
        super().__init__(optimizers.Momentum(lr, momentum=momentum), lr)


class Nesterov(_Rule):
    """Momentum that looks ahead: v ← μ v − η g, W ← W + μ v − η g.

    Parameters
    ----------
    lr : float above 0, default 0.01
    momentum : float, default 0.9
        μ, at least 0 and below 1.

    Examples
    --------
    >>> params = {"W1": np.array([1.0])}
    >>> Nesterov(lr=0.1).update(params, {"W1": np.array([2.0])})
    >>> params["W1"].round(4)
    array([0.62])
    """

    def __init__(self, lr: float = 0.01, momentum: float = 0.9) -> None:
        super().__init__(optimizers.Nesterov(lr, momentum=momentum), lr)


class AdaGrad(_Rule):
    """h ← h + g², W ← W − η g / (√h + 10⁻⁷).

    Parameters
    ----------
    lr : float above 0, default 0.01

    Examples
    --------
    >>> params = {"W1": np.array([1.0])}
    >>> AdaGrad(lr=0.1).update(params, {"W1": np.array([2.0])})
    >>> params["W1"].round(4)
    array([0.9])
    """

    def __init__(self, lr: float = 0.01) -> None:
        super().__init__(optimizers.AdaGrad(lr, eps=EPS), lr)


class RMSprop(_Rule):
    """h ← ρ h + (1 − ρ) g², W ← W − η g / (√h + 10⁻⁷).

    Parameters
    ----------
    lr : float above 0, default 0.01
    decay_rate : float, default 0.99
        ρ, at least 0 and below 1.

    Examples
    --------
    >>> params = {"W1": np.array([1.0])}
    >>> RMSprop(lr=0.1).update(params, {"W1": np.array([2.0])})
    >>> params["W1"].round(4)
    array([0.])
    """

    def __init__(self, lr: float = 0.01, decay_rate: float = 0.99) -> None:
        super().__init__(optimizers.RMSProp(lr, decay=decay_rate, eps=EPS), lr)


class Adam(_Rule):
    """Momentum and RMSprop in one, with their start-up bias taken out.

    Parameters
    ----------
    lr : float above 0, default 0.001
    beta1, beta2 : float, default 0.9 and 0.999
        At least 0 and below 1.

    Examples
    --------
    >>> params = {"W1": np.array([1.0])}
    >>> Adam(lr=0.1).update(params, {"W1": np.array([2.0])})
    >>> params["W1"].round(4)
    array([0.9])
    """

    def __init__(self, lr: float = 0.001, beta1: float = 0.9, beta2: float = 0.999) -> None:
        super().__init__(optimizers.Adam(lr, beta1=beta1, beta2=beta2, eps=EPS), lr)
