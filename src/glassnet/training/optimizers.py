"""The optimizers: how a gradient changes a parameter.

An optimizer is a small frozen record of its settings; what it remembers of each parameter (its slots) is kept by the
training. `update` is the rule itself, one for all shapes, and changes the arrays that it is given. It is written in
operators alone, and so is the same for the arrays of any library, on any device.

Sources: lectures 000, 001, 002 (gradient descent, mini-batches); the papers named below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from glassnet.mathematics.checks import ArgumentTypeError, check_choice, check_number, describe
from glassnet.network.places import is_weight
from glassnet.training.schedules import Schedule, as_schedule

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Slots = dict[str, NDArray[Any]]

__all__ = ["SGD", "AdaGrad", "Adam", "AdamW", "Momentum", "Nesterov", "Optimizer", "RMSProp"]


@dataclass(frozen=True)
class Optimizer:
    """A rule for changing parameters: derive from it and define `update`.

    Attributes
    ----------
    learning_rate : float or Schedule
        Above 0.
    weight_decay : float, default 0
        Adds weight_decay · W to the gradient of each weight matrix (not of biases, scales and slopes): a pull towards 0
        that is part of the update, not of the loss that is reported.
    slots : tuple of str
        Names of the arrays that the rule keeps for each parameter; they begin as zeros.

    Examples
    --------
    A rule of one's own, by the sign of the gradient's running mean; the reference executor runs it:

    >>> import numpy as np
    >>> import glassnet as gn
    >>> class Signed(gn.Optimizer):
    ...     slots = ("mean",)
    ...
    ...     def update(self, w, g, slots, rate, step):
    ...         slots["mean"] *= 0.9
    ...         slots["mean"] += 0.1 * g
    ...         w -= rate * np.sign(slots["mean"])
    >>> network = gn.Network([gn.Dense(2, 1)], "mean_squared_error")
    >>> x = np.random.default_rng(0).normal(size=(100, 2))
    >>> history = network.fit(x, x[:, :1], optimizer=Signed(0.02), epochs=100, verbose=0)
    >>> history["loss"][-1] < 0.1 * history["loss"][0]
    True
    """

    learning_rate: float | Schedule = 0.01
    weight_decay: float = 0.0

    slots: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.learning_rate, Schedule):
            object.__setattr__(self, "learning_rate", as_schedule(self.learning_rate).rate(0, 1, 1))
        self._check("weight_decay", at_least=0)

    def _check(self, name: str, **bounds: float) -> None:
        """Check a setting, and keep it as a Python float: one of NumPy would make float32 arrays float64."""
        object.__setattr__(self, name, check_number(name, getattr(self, name), **bounds))

    def update(self, w: NDArray[Any], g: NDArray[Any], slots: Slots, rate: float, step: int) -> None:
        """Change the parameter `w`, and the slots, by the gradient `g`.

        Parameters
        ----------
        w, g : arrays of the same shape
        slots : dict of such arrays
        rate : float
            The learning rate η of this step.
        step : int
            How many updates this is the last of, from 1.
        """
        raise NotImplementedError(f"{type(self).__name__} must define update(self, w, g, slots, rate, step).")

    def apply(self, name: str, w: NDArray[Any], g: NDArray[Any], slots: Slots, rate: float, step: int) -> None:
        """Change the parameter of that name: weight decay first, then the rule."""
        if self.weight_decay and is_weight(name):
            g = self.with_weight_decay(w, g, rate)
        self.update(w, g, slots, rate, step)

    def with_weight_decay(self, w: NDArray[Any], g: NDArray[Any], rate: float) -> NDArray[Any]:
        """Return the gradient with the weight decay in it."""
        return g + self.weight_decay * w


@dataclass(frozen=True)
class SGD(Optimizer):
    """Gradient descent, w ← w − η g: online, on mini-batches or on everything, as the batches are.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> SGD(0.1).update(w, np.array([2.0]), {}, rate=0.1, step=1)
    >>> w
    array([0.8])
    """

    def update(self, w: NDArray[Any], g: NDArray[Any], slots: Slots, rate: float, step: int) -> None:
        """W ← w − η g."""
        w -= rate * g


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v ← μ v − η g, w ← w + v: a ball that rolls on. Source: Polyak, 1964.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> Momentum(0.1).apply("W1", w, np.array([2.0]), {"v": np.zeros(1)}, rate=0.1, step=1)
    >>> w.round(4)
    array([0.8])
    """

    momentum: float = 0.9

    slots: ClassVar[tuple[str, ...]] = ("v",)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check("momentum", at_least=0, below=1)

    def update(self, w: NDArray[Any], g: NDArray[Any], slots: Slots, rate: float, step: int) -> None:
        """V ← μ v − η g, w ← w + v."""
        v = slots["v"]
        v *= self.momentum
        v -= rate * g
        w += v


@dataclass(frozen=True)
class Nesterov(Momentum):
    """v ← μ v − η g, w ← w + μ v − η g: momentum that looks ahead. Source: Nesterov, 1983; Sutskever et al., 2013.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> Nesterov(0.1).apply("W1", w, np.array([2.0]), {"v": np.zeros(1)}, rate=0.1, step=1)
    >>> w.round(4)
    array([0.62])
    """

    def update(self, w: NDArray[Any], g: NDArray[Any], slots: Slots, rate: float, step: int) -> None:
        """V ← μ v − η g, w ← w + μ v − η g."""
        v = slots["v"]
        v *= self.momentum
        v -= rate * g
        w += self.momentum * v - rate * g


@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """h ← h + g², w ← w − η g / (√h + ε): smaller steps where gradients were large. Source: Duchi et al., 2011.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> AdaGrad(0.1).apply("W1", w, np.array([2.0]), {"h": np.zeros(1)}, rate=0.1, step=1)
    >>> w.round(4)
    array([0.9])
    """

    eps: float = 1e-8

    slots: ClassVar[tuple[str, ...]] = ("h",)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check("eps", above=0)

    def update(self, w: NDArray[Any], g: NDArray[Any], slots: Slots, rate: float, step: int) -> None:
        """H ← h + g², w ← w − η g / (√h + ε)."""
        h = slots["h"]
        h += g * g
        w -= rate * g / (h**0.5 + self.eps)


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """h ← ρ h + (1 − ρ) g², w ← w − η g / (√h + ε). Source: Tieleman and Hinton, 2012.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> RMSProp(0.1).apply("W1", w, np.array([2.0]), {"h": np.zeros(1)}, rate=0.1, step=1)
    >>> w.round(4)
    array([0.6838])
    """

    learning_rate: float | Schedule = 0.001
    decay: float = 0.9
    eps: float = 1e-8

    slots: ClassVar[tuple[str, ...]] = ("h",)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check("decay", at_least=0, below=1)
        self._check("eps", above=0)

    def update(self, w: NDArray[Any], g: NDArray[Any], slots: Slots, rate: float, step: int) -> None:
        """H ← ρ h + (1 − ρ) g², w ← w − η g / (√h + ε)."""
        h = slots["h"]
        h *= self.decay
        h += (1 - self.decay) * (g * g)
        w -= rate * g / (h**0.5 + self.eps)


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum and RMSProp in one, with their start-up bias taken out. Source: Kingma and Ba, 2015.

    m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵏ), v̂ = v / (1 − β₂ᵏ) at
    the k-th update.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> Adam(0.1).apply("W1", w, np.array([2.0]), {"m": np.zeros(1), "v": np.zeros(1)}, rate=0.1, step=1)
    >>> w.round(4)
    array([0.9])
    """

    learning_rate: float | Schedule = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    slots: ClassVar[tuple[str, ...]] = ("m", "v")

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check("beta1", at_least=0, below=1)
        self._check("beta2", at_least=0, below=1)
        self._check("eps", above=0)

    def update(self, w: NDArray[Any], g: NDArray[Any], slots: Slots, rate: float, step: int) -> None:
        """Apply the rule of the class docstring."""
        m, v = slots["m"], slots["v"]
        m *= self.beta1
        m += (1 - self.beta1) * g
        v *= self.beta2
        v += (1 - self.beta2) * (g * g)
        root = (v / (1 - self.beta2**step)) ** 0.5
        root += self.eps
        w -= (rate / (1 - self.beta1**step)) * (m / root)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with the weight decay beside the gradient, not in it: W ← W − η λ W. Source: Loshchilov and Hutter, 2019.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0])
    >>> AdamW(0.1).apply("W1", w, np.array([2.0]), {"m": np.zeros(1), "v": np.zeros(1)}, rate=0.1, step=1)
    >>> w.round(4)
    array([0.899])
    """

    weight_decay: float = 0.01

    def with_weight_decay(self, w: NDArray[Any], g: NDArray[Any], rate: float) -> NDArray[Any]:
        """Take the decay straight out of the weights, and return the gradient as it is."""
        w *= 1 - rate * self.weight_decay
        return g


OPTIMIZERS: dict[str, type[Optimizer]] = {
    kind.__name__.lower(): kind for kind in (SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AdamW)
}


def as_optimizer(optimizer: Any) -> Optimizer:
    """Return the optimizer that a name or an object means; Adam if nothing is said.

    >>> as_optimizer("sgd")
    SGD(learning_rate=0.01, weight_decay=0.0)
    """
    if optimizer is None:
        return Adam()
    if isinstance(optimizer, Optimizer):
        return optimizer
    if isinstance(optimizer, str):
        return OPTIMIZERS[check_choice("optimizer", optimizer.lower(), OPTIMIZERS)]()
    if isinstance(optimizer, type) and issubclass(optimizer, Optimizer):
        name = optimizer.__name__
        raise ArgumentTypeError(f"optimizer must be an optimizer, got the class {name}. Write gn.{name}(…).")
    raise ArgumentTypeError(f"optimizer must be an optimizer such as gn.SGD(0.1), got {describe(optimizer)}.")
