"""Predictions as tables of pandas or polars, where a user has asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.mathematics.checks import check_choice
from glassnet.mathematics.libraries import need

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CONTAINERS = ("default", "pandas", "polars")


def check_container(name: str) -> str:
    """Return the name of a container if it is one.

    >>> check_container("pandas")
    'pandas'
    """
    return check_choice("transform", name, CONTAINERS)


def framed(container: str, values: NDArray[Any], names: Sequence[Any], x: Any) -> Any:
    """Return predictions as they are, or as a table (a series, of one column) with the rows' labels of the inputs.

    Parameters
    ----------
    container : str
        `default`, `pandas` or `polars`.
    values : array of shape (N,) or (N, columns)
    names : sequence
        The columns' names.
    x : what was predicted for
        A pandas table gives its index.
    """
    if container == "default":
        return values
    what = f"an answer as a table of {container}"
    library: Any = (
        need("polars", extra="sklearn", what=what)
        if container == "polars"
        else need("pandas", extra="sklearn", what=what)
    )
    if values.ndim == 1:
        return (
            library.Series(str(names[0]), values)
            if container == "polars"
            else library.Series(values, index=getattr(x, "index", None), name=names[0])
        )
    if container == "polars":
        return library.DataFrame({str(name): np.ascontiguousarray(values[:, k]) for k, name in enumerate(names)})
    return library.DataFrame(values, index=getattr(x, "index", None), columns=list(names))
