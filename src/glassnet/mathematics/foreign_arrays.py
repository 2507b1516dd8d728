"""Arrays as other libraries keep them: tables and columns of pandas and polars, tensors of PyTorch.

None of these libraries is imported here: who has such an object has the library.
"""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import ArgumentTypeError, DataError

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

MOST_NAMED = 5
"""How many columns a message names."""


def as_numpy(value: Any, name: str = "x") -> Any:
    """Return a table, a column or a tensor of another library as a NumPy array, and anything else as it is.

    Parameters
    ----------
    value : pandas or polars DataFrame or Series, PyTorch Tensor, or anything
    name : str
        What messages call it.

    Returns
    -------
    array or object
        A tensor's own memory where it lies in the processor's memory; a table keeps its kind of numbers (uint8 stays
        uint8) if all columns have the same.

    Raises
    ------
    ArgumentTypeError
        If a column holds no numbers (text, dates, categories), or a tensor cannot be an array.
    DataError
        If a value of a table is missing.

    Examples
    --------
    >>> as_numpy([1, 2])
    [1, 2]
    """
    if value is None or isinstance(value, np.ndarray | list | tuple | int | float | str):
        return value
    library = library_of(value)
    if library == "torch":
        return _tensor(value, name)
    if library in {"pandas", "polars"}:
        return _table(value, name, library)
    if hasattr(value, "tocsr"):
        raise ArgumentTypeError(
            f"{name} must be dense, got a sparse matrix of SciPy's of shape {tuple(value.shape)}. Write "
            f"{name}.toarray(), or, if that is too large, fit(gn.batches(x, t)), which makes a batch dense at a time."
        )
    return value


def library_of(value: object, libraries: Collection[str] = ("pandas", "polars", "torch")) -> str:
    """Return which of some libraries a value's type, or one that it is derived from, comes from; or an empty text.

    >>> library_of([1.0])
    ''
    """
    homes = (kind.__module__.partition(".")[0] for kind in type(value).__mro__)
    return next((home for home in homes if home in libraries), "")


def _tensor(tensor: Any, name: str) -> Any:
    if not hasattr(tensor, "detach"):  # a data set, a size: no array
        return tensor
    tensor = tensor.detach().cpu()
    if str(tensor.dtype) == "torch.bfloat16":  # which NumPy lacks; each of its numbers is a float32
        tensor = tensor.float()
    try:
        return tensor.numpy()
    except (TypeError, RuntimeError) as error:
        raise ArgumentTypeError(
            f"{name} must be a dense tensor of numbers, got one of {tensor.dtype}, {tensor.layout} "
            f"({str(error).splitlines()[0]}). Bring it there first, such as by .to_dense()."
        ) from None


def _table(value: Any, name: str, library: str) -> Any:
    if hasattr(value, "collect") and not hasattr(value, "to_numpy"):
        raise ArgumentTypeError(f"{name} must be data, got a lazy table of {library}. Run its query: .collect().")
    columns = _columns(value, library)
    if columns is None:  # an index, a group: no table
        return value
    bad = [f"{_quoted(label)} ({column.dtype})" for label, column in columns if not _is_numeric(column, library)]
    if bad and columns[0][1] is value:
        which = "a column" if value.name in {None, ""} else f"the column {_quoted(value.name)}"
        raise ArgumentTypeError(
            f"{name} must hold numbers, got {which} of {value.dtype}. Names of classes become numbers by names, "
            f"{name} = np.unique({name}, return_inverse=True)."
        )
    if bad:
        raise ArgumentTypeError(
            f"{name} must hold numbers, but {_listed('column', bad)} {_do(bad)} not. Turn categories into columns of "
            "0 and 1 or into numbers, or leave such columns out."
        )
    missing = [(label, count) for label, column in columns if (count := _missing(column, library))]
    if missing:
        words = [f"{_quoted(label)} ({count})" for label, count in missing]
        raise DataError(
            f"{name} must have no missing values, but {_listed('column', words)} "
            f"{'has' if len(words) == 1 else 'have'} some. Fill them in, or leave those rows out."
        )
    return _as_array(value, [column for _, column in columns], library)


def _columns(value: Any, library: str) -> list[tuple[Any, Any]] | None:
    """Return the columns with their names; of a column itself that one."""
    kinds = {kind.__name__ for kind in type(value).__mro__}
    if "Series" in kinds:
        return [(value.name, value)]
    if "DataFrame" not in kinds:
        return None
    if library == "polars":
        return [(column.name, column) for column in value.get_columns()]
    return [(label, value.iloc[:, place]) for place, label in enumerate(value.columns)]


def _is_numeric(column: Any, library: str) -> bool:
    dtype = column.dtype
    if library == "polars":
        return bool(dtype.is_numeric() or str(dtype) == "Boolean")
    if getattr(dtype, "kind", "O") in "iufb":
        return True
    # A column of objects may hold plain numbers.
    return str(dtype) == "object" and all(isinstance(item, numbers.Real) or item is None for item in column)


def _missing(column: Any, library: str) -> int:
    if library == "polars":
        nan = int(column.is_nan().sum() or 0) if column.dtype.is_float() else 0
        return int(column.null_count()) + nan
    return int(column.isna().sum())


def _as_array(value: Any, columns: list[Any], library: str) -> NDArray[Any]:
    """Return the numbers of columns none of which misses any."""
    plain = {str(column.dtype) for column in columns}
    if len(plain) == 1 and (library == "polars" or isinstance(columns[0].dtype, np.dtype)):
        array = np.asarray(value.to_numpy())
        return array.astype(np.float64) if array.dtype == object else array
    arrays = [np.asarray(column.to_numpy()) for column in columns]
    arrays = [array.astype(np.float64) if array.dtype == object else array for array in arrays]
    if len(arrays) == 1 and value is columns[0]:
        return arrays[0]
    return np.stack(arrays, axis=1) if arrays else np.empty((len(value), 0))


def _quoted(label: object) -> str:
    return repr(label) if isinstance(label, str) and label else f"{label!s}" if label is not None else "without a name"


def _listed(what: str, words: list[str]) -> str:
    """Name some things, and say how many more there are.

    >>> _listed("column", ["'a'"]), _listed("column", list("abcdefg"))
    ("the column 'a'", 'the columns a, b, c, d, e and 2 more')
    """
    if len(words) == 1:
        return f"the {what} {words[0]}"
    more = len(words) - MOST_NAMED
    return f"the {what}s {', '.join(words[:MOST_NAMED])}" + (f" and {more} more" if more > 0 else "")


def _do(words: list[str]) -> str:
    return "does" if len(words) == 1 else "do"
