"""The names that NumPy removed from 1.18 to 2.5, and what each of them meant.

Source: the sections on expired deprecations of NumPy's release notes, and its guide for the way to 2.0.
"""

from __future__ import annotations

import math
from contextlib import ExitStack, contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import array_utils, npyio

from glassnet.legacy.running import numpy_functions as lost
from glassnet.legacy.running.pickles import SafeUnpickler
from glassnet.legacy.running.replacing import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES: dict[str, Any] = {
    # Python's own types, which NumPy 1.24 took away
    "int": int,
    "float": float,
    "bool": bool,
    "complex": complex,
    "object": object,
    "str": str,
    "long": int,
    "unicode": str,
    # second names, which NumPy 2.0 took away
    "bool8": np.bool_,
    "bytes0": np.bytes_,
    "cfloat": np.complex128,
    "clongfloat": np.clongdouble,
    "complex_": np.complex128,
    "float_": np.float64,
    "int0": np.intp,
    "longcomplex": np.clongdouble,
    "longfloat": np.longdouble,
    "object0": np.object_,
    "singlecomplex": np.complex64,
    "str0": np.str_,
    "string_": np.bytes_,
    "uint0": np.uintp,
    "unicode_": np.str_,
    "void0": np.void,
    "Inf": np.inf,
    "Infinity": np.inf,
    "infty": np.inf,
    "PINF": np.inf,
    "NINF": -np.inf,
    "NaN": np.nan,
    "NAN": np.nan,
    "PZERO": 0.0,
    "NZERO": -0.0,
    # types of elements, and tables of them
    "cast": lost.Cast(),
    "nbytes": lost.Sizes({kind: np.dtype(kind).itemsize for kinds in lost.SCTYPES.values() for kind in kinds}),
    "sctypes": lost.SCTYPES,
    "sctypeDict": np.sctypeDict,
    "typeDict": np.sctypeDict,
    "find_common_type": lost.find_common_type,
    "issctype": lost.issctype,
    "issubclass_": lost.issubclass_,
    "issubsctype": lost.issubsctype,
    "maximum_sctype": lost.maximum_sctype,
    "obj2sctype": lost.obj2sctype,
    "sctype2char": lost.sctype2char,
    # errors and warnings, which moved to np.exceptions
    "AxisError": np.exceptions.AxisError,
    "ComplexWarning": np.exceptions.ComplexWarning,
    "ModuleDeprecationWarning": np.exceptions.ModuleDeprecationWarning,
    "RankWarning": np.exceptions.RankWarning,
    "TooHardError": np.exceptions.TooHardError,
    "VisibleDeprecationWarning": np.exceptions.VisibleDeprecationWarning,
    # functions that another one replaced
    "alltrue": np.all,
    "byte_bounds": array_utils.byte_bounds,
    "compare_chararrays": np.char.compare_chararrays,
    "cumproduct": np.cumprod,
    "DataSource": npyio.DataSource,
    "fix": np.trunc,
    "format_parser": np.rec.format_parser,
    "mat": np.asmatrix,
    "math": math,
    "product": np.prod,
    "rank": np.ndim,
    "round_": np.round,
    "row_stack": np.vstack,
    "sometrue": np.any,
    "trapz": np.trapezoid,
    # functions that are gone
    "add_docstring": lost.add_newdoc,
    "add_newdoc": lost.add_newdoc,
    "add_newdoc_ufunc": lost.add_newdoc,
    "alen": lost.alen,
    "asfarray": lost.asfarray,
    "asscalar": lost.asscalar,
    "deprecate": lost.deprecate,
    "deprecate_with_doc": lost.deprecate_with_doc,
    "disp": lost.disp,
    "fastCopyAndTranspose": lost.fast_copy_and_transpose,
    "get_array_wrap": lost.get_array_wrap,
    "geterrobj": lambda: [np.getbufsize(), 0, np.geterrcall()],
    "in1d": lost.in1d,
    "loads": lambda data, **_: SafeUnpickler(BytesIO(data)).load(),
    "lookfor": lost.lookfor,
    "msort": lost.msort,
    "recfromcsv": lost.recfromcsv,
    "recfromtxt": lost.recfromtxt,
    "safe_eval": lost.safe_eval,
    "set_string_function": lost.set_string_function,
    "seterrobj": lambda _: None,
    "set_numeric_ops": lambda **_: {},
    "source": lost.source,
    "tracemalloc_domain": np.lib.tracemalloc_domain,
    "who": lost.who,
}
QUANTILES = ("percentile", "quantile", "nanpercentile", "nanquantile")


def lost_names() -> dict[str, Any]:
    """Return the names that the installed NumPy lacks, each with what it meant.

    >>> lost_names()["asfarray"](["5", "0"])
    array([5., 0.])
    """
    return {name: value for name, value in NAMES.items() if name not in vars(np)}


@contextmanager
def numpy_names() -> Iterator[None]:
    """Give NumPy its lost names back, for a while, and its functions the arguments that they once took.

    >>> with numpy_names():
    ...     np.array([True, False], dtype=np.int)
    array([1, 0])
    >>> hasattr(np, "int")
    False
    """
    quantiles = {name: lost.percentile_of(getattr(np, name)) for name in QUANTILES}
    with ExitStack() as stack:
        stack.enter_context(replaced(np, lost_names() | quantiles))
        stack.enter_context(replaced(np.random, {"random_integers": _random_integers}))
        yield


def _random_integers(low: int, high: int | None = None, size: Any = None) -> Any:
    """Draw whole numbers from 1 to `low`, or from `low` to `high`, both ends among them."""
    first, last = (1, low) if high is None else (low, high)
    return np.random.randint(first, last + 1, size)  # noqa: NPY002  # old code's own generator
