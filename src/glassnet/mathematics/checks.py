"""The errors that glassnet raises on purpose, and the checks of arguments that raise them.

Every message says what was got, what was expected, and what to do. A program that shows errors to a person
catches `GlassnetError`; each error is also the built-in error that a Python programmer expects there.
"""

from __future__ import annotations

import difflib
import inspect
import math
import numbers
import operator
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

    from numpy.typing import ArrayLike, NDArray


class GlassnetError(Exception):
    """An error that a user can mend: its message is one clear sentence or two.

    Attributes
    ----------
    code : str or None
        What it is, for a program that says it in another language; None where nobody does.
    values : mapping
        The numbers and names in the sentence.
    """

    code: str | None = None
    values: Mapping[str, Any] = MappingProxyType({})

    def coded(self, code: str, **values: Any) -> Self:
        """Name what is wrong, for a program that says it in another language.

        >>> error = DataError("line 3 has 2 columns.").coded("csv-width", line=3, got=2)
        >>> str(error), error.code, dict(error.values)
        ('line 3 has 2 columns.', 'csv-width', {'line': 3, 'got': 2})
        """
        self.code, self.values = code, values
        return self


class ArgumentError(GlassnetError, ValueError):
    """An argument has a value that cannot be used."""


class ArgumentTypeError(GlassnetError, TypeError):
    """An argument is of a kind that cannot be used."""


class ShapeError(ArgumentError):
    """An array has a shape that does not fit."""


class DataError(GlassnetError, ValueError):
    """A file or a data set does not hold what it should."""


class MissingFileError(DataError, FileNotFoundError):
    """A file or folder that is needed is not there."""


class MissingLibraryError(GlassnetError, ImportError):
    """A library that glassnet can do without is needed now, and is not installed."""


class UnknownNameError(GlassnetError, KeyError):
    """There is nothing of that name: no metric in a history, no array in a trace."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would show the sentence in quotes


def describe(value: object) -> str:
    """Say in a few words what a value is, for an error message.

    >>> describe(np.zeros((3, 2)))
    'an array of float64 with shape (3, 2)'
    >>> describe(-1)
    '-1'
    """
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} with shape {value.shape}"
    if isinstance(value, tuple) and any(isinstance(item, np.ndarray) for item in value):
        return f"({', '.join(map(describe, value))})"
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else f"{text[:76]} …"


def with_article(noun: str) -> str:
    """Return a noun with its article, as it is chosen by the first letter.

    >>> with_article("Add"), with_article("Conv2D")
    ('an Add', 'a Conv2D')
    """
    return f"{'an' if noun[:1].upper() in tuple('AEIO') else 'a'} {noun}"


def check_integer(name: str, value: object, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return `value` as an int that is at least `minimum` and at most `maximum`.

    >>> check_integer("epochs", 5, minimum=1)
    5
    >>> check_integer("epochs", 0, minimum=1)
    Traceback (most recent call last):
    glassnet.mathematics.checks.ArgumentError: epochs must be an integer of at least 1, got 0.
    """
    bounds = {"at least": minimum, "at most": maximum}
    limits = " and ".join(f"{words} {bound}" for words, bound in bounds.items() if bound is not None)
    wanted = f"an integer of {limits}" if limits else "an integer"
    if isinstance(value, bool | np.bool_):
        raise ArgumentTypeError(f"{name} must be {wanted}, got {describe(value)}.")
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # the check is the point
    except TypeError:
        raise ArgumentTypeError(f"{name} must be {wanted}, got {describe(value)}.") from None
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        raise ArgumentError(f"{name} must be {wanted}, got {describe(value)}.")
    return number


def check_number(
    name: str,
    value: object,
    *,
    above: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
) -> float:
    """Return `value` as a finite float within the bounds given.

    >>> check_number("learning_rate", 0.1, above=0)
    0.1
    >>> check_number("learning_rate", -1, above=0)
    Traceback (most recent call last):
    glassnet.mathematics.checks.ArgumentError: learning_rate must be a finite number above 0, got -1.
    """
    bounds = {"above": above, "at least": at_least, "at most": at_most, "below": below}
    limits = " and ".join(f"{words} {bound:g}" for words, bound in bounds.items() if bound is not None)
    wanted = f"a finite number {limits}".rstrip()
    if isinstance(value, bool | np.bool_ | str | bytes):
        raise ArgumentTypeError(f"{name} must be {wanted}, got {describe(value)}.")
    try:
        number = float(value)  # type: ignore[arg-type]  # the check is the point
    except (TypeError, ValueError):
        raise ArgumentTypeError(f"{name} must be {wanted}, got {describe(value)}.") from None
    except OverflowError:  # a whole number beyond all floats
        number = math.inf
    inside = (
        math.isfinite(number)
        and (above is None or number > above)
        and (at_least is None or number >= at_least)
        and (at_most is None or number <= at_most)
        and (below is None or number < below)
    )
    if not inside:
        raise ArgumentError(f"{name} must be {wanted}, got {describe(value)}.")
    return number


def check_choice(name: str, value: object, choices: Iterable[str]) -> str:
    """Return `value` if it is one of `choices`; otherwise name the nearest one.

    >>> check_choice("loss", "mean_squared_eror", ["mean_squared_error", "gaussian_nll"])
    Traceback (most recent call last):
    glassnet.mathematics.checks.ArgumentError: loss must be one of ... Did you mean 'mean_squared_error'?
    """
    known = sorted(choices)
    if isinstance(value, str) and value in known:
        return value
    message = f"{name} must be one of {', '.join(map(repr, known))}, got {describe(value)}."
    raise ArgumentError(message + did_you_mean(value, known))


def did_you_mean(value: object, known: Iterable[str]) -> str:
    """Return ` Did you mean '…'?` for the nearest known name, in whatever case, or nothing if none is near.

    >>> did_you_mean("sigmiod", ["sigmoid", "tanh"])
    " Did you mean 'sigmoid'?"
    """
    names = {name.casefold(): name for name in known}
    nearest = difflib.get_close_matches(str(value).casefold(), names, n=1)
    return f" Did you mean {names[nearest[0]]!r}?" if nearest else ""


def check_callable_with(owner: str, method: Any, *positional: str, **named: Any) -> None:
    """Raise `ArgumentTypeError` if a user's method cannot be called with these arguments.

    >>> check_callable_with("Scale", (lambda x: x).__call__, "x")
    """
    signature = inspect.signature(method)
    try:
        signature.bind(*positional, **named)
    except TypeError:
        wanted = ", ".join(("self", *positional, *named))
        raise ArgumentTypeError(
            f"{owner}.{method.__name__} must be written {method.__name__}({wanted}), got {method.__name__}{signature}."
        ) from None


def is_plain(value: object) -> TypeGuard[NDArray[Any]]:
    """Say whether a value is an array whose numbers count as they stand: not one with a mask.

    >>> is_plain(np.zeros(3)), is_plain([0, 0, 0]), is_plain(np.ma.zeros(3))
    (True, False, False)
    """
    return isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray)


def as_float_array(value: ArrayLike, name: str = "x") -> NDArray[Any]:
    """Return `value` as an array of floating-point (or complex) numbers, keeping such a dtype if it has one.

    >>> as_float_array([1, 2]).dtype, as_float_array(np.float32(1)).dtype
    (dtype('float64'), dtype('float32'))
    """
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise DataError(
            f"{name} has masked numbers, {np.ma.getmaskarray(value).sum()} of them. Fill them in (`filled`), or leave "
            "them out."
        )
    if not isinstance(value, np.ndarray):
        from glassnet.mathematics.foreign_arrays import as_numpy  # which raises the errors that are defined here

        value = as_numpy(value, name)
    try:
        array = np.asarray(value)
    except ValueError:
        raise ShapeError(f"{name} must be an array; its rows have different lengths. Make them equal.") from None
    if array.dtype.kind in "fc":
        return array
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    # An object array may hold plain numbers (a table's column, say); text and None are refused, not turned into nan.
    if array.dtype.kind == "O" and all(isinstance(item, numbers.Real) for item in array.flat):
        return array.astype(np.float64)
    got = describe(value) if array.size <= 1 else f"{describe(array)}, the first of which is {array.flat[0]!r}"
    mend = "Convert it to numbers first."
    if array.dtype.kind in "UT" and array.ndim == 1 and array.size > 1:
        mend += f" Names of classes become numbers by names, {name} = np.unique({name}, return_inverse=True)."
    raise ArgumentTypeError(f"{name} must hold numbers, got {got}. {mend}")


def as_real_array(value: Any, name: str) -> NDArray[Any]:
    """Return `value` as an array of real floating-point numbers, keeping such a dtype if it has one.

    >>> as_real_array("3", "x0")
    Traceback (most recent call last):
    glassnet.mathematics.checks.ArgumentTypeError: x0 must hold real numbers, got '3'. Convert it to real numbers first.
    """
    refused = value is None or isinstance(value, str | bytes)
    if refused or (array := as_float_array(value, name)).dtype.kind == "c":
        raise ArgumentTypeError(
            f"{name} must hold real numbers, got {describe(value)}. Convert it to real numbers first."
        )
    return array


def check_finite(name: str, array: NDArray[Any]) -> None:
    """Raise `DataError` naming the first nan or inf in `array`, if it has one.

    >>> check_finite("x", np.array([[1.0, np.nan]]))
    Traceback (most recent call last):
    glassnet.mathematics.checks.DataError: x must be finite, got nan at [0, 1] ...
    """
    if array.dtype.kind not in "fc":
        return
    # A finite sum proves that all is finite, at the price of one pass and no mask.
    with np.errstate(all="ignore"):
        if np.isfinite(array.sum()):
            return
        bad = ~np.isfinite(array)
    count = int(np.count_nonzero(bad))
    if count == 0:
        return
    where = [int(index) for index in np.unravel_index(int(np.argmax(bad)), array.shape)]
    raise DataError(
        f"{name} must be finite, got {array[tuple(where)]} at {where} "
        f"({count} of {array.size} values are nan or inf). "
        "Remove or replace them first."
    )
