"""The computational graph: values that remember how they were computed, and carry derivatives back."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError, describe
from glassnet.mathematics.graph_operators import Operators
from glassnet.mathematics.graph_rules import RULES, Forward, Rule, rule_of_function, undo_broadcasting
from glassnet.mathematics.graph_values import ItemError, as_value, cast, check_unchanged, locked, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

_ages = itertools.count()  # a node is younger than its parents, so that sorting by age puts a graph in order


class Variable(Operators):
    """A node of a computational graph: a value, how it was computed, and after `backward` its gradient.

    Operators (+ − * / ** @), methods and NumPy's functions of a Variable give a new Variable that knows its parents.
    `backward` follows them back by the chain rule: each node passes on what it received times its local derivative.

    Parameters
    ----------
    value : number or array of any shape
        It is copied, to float32 if it is float32, else to float64.
    name : str, optional
        A name to be shown.

    Attributes
    ----------
    value : float or array
        An input's value may be set anew (same shape); compute the expressions that use it again afterwards.
    grad : float, array or None
        ∂L/∂(this node), in the shape of value; None before `backward`. Each `backward` adds to it.
    operation : str
        "input" for a Variable made from a value, "constant" for a number or array that met a Variable in an
        expression (it gets no gradient), otherwise the operation, such as "multiply": see `graph_rules`.
    parents : tuple of Variables
        The operands.
    options : dict
        Further arguments of the operation, such as an axis.
    array : array
        The value as an array, also where it is a number.

    Raises
    ------
    ArgumentTypeError
        If the value is not made of real numbers.

    Notes
    -----
    Shapes are broadcast as in NumPy, and gradients summed back. 1/0, log(−1) and the like give inf and nan, without
    warnings; so does a ** b by b for a < 0. A graph may be as deep as memory allows: nothing here is recursive.

    Source: lecture 002, computational graph, chain rule and backpropagation.

    Examples
    --------
    Two apples at 100 with a tax of 10%:

    >>> apple, number, tax = Variable(100.0, "apple"), Variable(2.0, "number"), Variable(1.1, "tax")
    >>> price = apple * number * tax
    >>> price.backward()
    >>> print(f"{price.value:.0f}: {apple.grad:.1f} {number.grad:.0f} {tax.grad:.0f}")
    220: 2.2 110 200
    """

    __slots__ = ("__weakref__", "age", "array", "grad", "name", "operation", "options", "parents", "rule")

    array: NDArray[Any]
    grad: Any
    operation: str
    parents: tuple[Variable, ...]
    options: Mapping[str, Any]
    rule: Rule | None

    def __init__(self, value: ArrayLike, name: str | None = None) -> None:
        if name is not None and not isinstance(name, str):
            raise ArgumentTypeError(f"name must be a string, got {describe(name)}.")
        _fill(self, "input", np.array(as_value(value)))
        self.name = name

    @property
    def value(self) -> Any:
        """The value: a float, or an array (that of a computed node is read-only).

        Give an input a new value by assigning one: what was computed from it notices that, and refuses to go backward,
        but not a change of single elements in place.
        """
        return plain(self.array)

    @value.setter
    def value(self, value: ArrayLike) -> None:
        if self.operation != "input":
            raise ArgumentError(
                f"The value of {self!r} follows from its parents. Set a value at the inputs and compute again."
            )
        array = cast(as_value(value), self.array)
        if array.shape != self.array.shape:
            raise ShapeError(
                f"value must have the shape {self.array.shape}, got {array.shape}. Make a new Variable for it."
            )
        self.array, self.age = array.copy(), next(_ages)

    shape = property(lambda self: self.array.shape, doc="The value's shape; () for a number.")
    ndim = property(lambda self: self.array.ndim, doc="The value's number of axes.")
    size = property(lambda self: self.array.size, doc="The value's number of elements.")
    dtype = property(lambda self: self.array.dtype, doc="The value's dtype, float64 or float32.")

    def __repr__(self) -> str:
        if self.array.size > 6:
            text = f"shape={self.array.shape}"
        else:
            text = " ".join(np.array2string(self.array, separator=", ").split())
            text += "0" if text.endswith(".") else ""
        return f"Variable({text})" if self.name is None else f"Variable({text}, name={self.name!r})"

    def __len__(self) -> int:
        if self.array.ndim == 0:
            raise ArgumentTypeError(f"{self!r} is one number and has no length.")
        return len(self.array)

    def __iter__(self) -> Iterator[Variable]:
        return (self[row] for row in range(len(self)))

    # Backward

    def nodes(self) -> tuple[Variable, ...]:
        """Return this node and all below it, each once, every node after its parents."""
        found = {self}
        to_visit = [self]
        while to_visit:
            new = set(to_visit.pop().parents) - found
            found |= new
            to_visit.extend(new)
        return tuple(sorted(found, key=lambda node: node.age))

    def backward(self, gradient: ArrayLike | None = None) -> None:
        """Add ∂L/∂node to the `grad` of this node and of every node below it but constants.

        ∂L/∂x = Σ ∂L/∂y · ∂y/∂x over the nodes y computed from x

        Since it adds, a second `backward` doubles every `grad`, this node's too: call `zero_grad` first where that is
        not meant.

        Parameters
        ----------
        gradient : array of the shape of value, optional
            ∂L/∂(this node). By default 1 for each element, so that L is this node's value, summed if it is an array.

        Raises
        ------
        ShapeError
            If `gradient` has another shape than the value.
        ArgumentError
            If an input was given a new value after this node was computed from it.

        Examples
        --------
        >>> x = Variable([1.0, 2.0])
        >>> (x * x).backward()
        >>> x.grad
        array([2., 4.])
        >>> (x * x).backward()
        >>> x.grad
        array([4., 8.])
        """
        seed = np.ones_like(self.array) if gradient is None else self._as_gradient(gradient)
        nodes = self.nodes()
        check_unchanged(nodes)
        gradients = {self: seed}
        with np.errstate(all="ignore"):
            for node in reversed(nodes):
                if node.rule is None:
                    continue
                for parent, part in zip(node.parents, node.passed_on(gradients[node]), strict=True):
                    if part is not None:
                        gradients[parent] = gradients[parent] + part if parent in gradients else part
            for node, total in gradients.items():
                node.grad = plain(np.array(total) if node.grad is None else np.asarray(node.grad + total))

    def passed_on(self, gradient: ArrayLike) -> tuple[NDArray[Any] | None, ...]:
        """Return what this node sends to each of its parents when ∂L/∂(this node) is `gradient`: the local step.

        A parent's own gradient is the sum of what all nodes computed from it send; a constant is sent None. Nothing is
        added to any `grad`.

        >>> price = Variable(100.0) * 2 + Variable(50.0)
        >>> price.passed_on(1.1)
        (array(1.1), array(1.1))
        >>> price.parents[0].passed_on(1.1)
        (array(2.2), None)
        """
        if self.rule is None:
            return ()
        forward = Forward(self.array, self.options, *(parent.array for parent in self.parents))
        dy = self._as_gradient(gradient)
        with np.errstate(all="ignore"):
            return tuple(
                None
                if parent.operation == "constant"
                else cast(undo_broadcasting(local(dy, forward), parent.array.shape), parent.array)
                for parent, local in zip(self.parents, self.rule.backward, strict=True)
            )

    def _as_gradient(self, gradient: ArrayLike) -> NDArray[Any]:
        array = cast(as_value(gradient, "gradient"), self.array)
        if array.shape != self.array.shape:
            raise ShapeError(
                f"gradient must have the shape {self.array.shape} of the value, got {array.shape}. "
                "Give one number for each element of the value."
            )
        return array

    def zero_grad(self) -> None:
        """Forget the gradients: set `grad` of this node and of every node below it to None."""
        for node in self.nodes():
            node.grad = None

    # Making nodes

    def apply(self, operation: str, *operands: Any, **options: Any) -> Variable:
        """Return the node that does a named operation of `RULES` to the operands, numbers and arrays among them.

        >>> Variable(2.0).apply("add", 1, Variable(3.0))
        Variable(4.0)
        """
        rule = RULES[operation]
        parents = tuple(self._as_node(operand) for operand in operands)
        try:
            with np.errstate(all="ignore"):
                value = rule.value(*(parent.array for parent in parents), **options)
        except (ValueError, TypeError, IndexError) as error:
            kind = ItemError if operation == "getitem" else ShapeError
            shapes = " and ".join(str(parent.array.shape) for parent in parents)
            words = "".join(f", {name}={describe(option)}" for name, option in options.items())
            raise kind(
                f"{operation} must get shapes and options that fit, got {shapes}{words}. NumPy says: {error}."
            ) from error
        return _fill(_blank(), operation, locked(value), rule, parents, options)

    def _as_node(self, operand: Any) -> Variable:
        if isinstance(operand, Variable):
            return operand
        # Python's own numbers take this node's precision, as they do with NumPy's arrays.
        is_plain = type(operand) in {bool, int, float}
        array = cast(np.asarray(operand), self.array) if is_plain else as_value(operand, "an operand")
        return _fill(_blank(), "constant", locked(array))

    def __glassnet_apply__(
        self,
        name: str,
        value: Callable[[NDArray[Any]], Any],
        backward: Callable[[NDArray[Any], NDArray[Any], NDArray[Any]], Any],
    ) -> Variable:
        """Return the node of a function that is not in `RULES`: `glassnet.functions` call this.

        `value(x)` is y, and `backward(dy, x, y)` is ∂L/∂x, in the shape of x, from dy = ∂L/∂y.

        >>> x = Variable(3.0)
        >>> x.__glassnet_apply__("cube", lambda x: x**3, lambda dy, x, y: dy * 3 * x**2).backward()
        >>> x.grad
        27.0
        """
        with np.errstate(all="ignore"):
            result = value(self.array)
        return _fill(_blank(), name, locked(result), rule_of_function(name, value, backward), (self,))


def _blank() -> Variable:
    return Variable.__new__(Variable)


def _fill(
    node: Variable,
    operation: str,
    array: NDArray[Any],
    rule: Rule | None = None,
    parents: tuple[Variable, ...] = (),
    options: Mapping[str, Any] | None = None,
) -> Variable:
    node.operation, node.array, node.rule, node.parents = operation, array, rule, parents
    node.options = options or {}
    node.name, node.grad, node.age = None, None, next(_ages)
    return node
