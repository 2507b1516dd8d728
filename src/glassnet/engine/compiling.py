"""How the functions of the engine are compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

AnyFunction = TypeVar("AnyFunction", bound="Callable[..., Any]")

RELAXED = {"reassoc", "nsz"}
"""What the compiler may do where numbers are summed: sum in another order, so that sums use whole vector registers;
ignore the sign of zero. It may not assume that there is no nan or inf: they must show."""
AS_WRITTEN: set[str] = set()
"""What it may do elsewhere: nothing. Freedom gains nothing there, and is used against us: ρ h + (1 − ρ) g² became
g² + ρ (h − g²), which is nan for an infinite g; t log p + (1 − t) log(1 − p) likewise, whose small values drown. Nor
may it multiply and add in one where it likes: it does so in one copy of a loop and not in another, and then bits depend
on how rows and columns are shared. `multiply_add` says where it has to."""


@intrinsic  # type: ignore[untyped-decorator]  # Numba's
def multiply_add(typing: Any, a: Any, b: Any, c: Any) -> Any:  # noqa: ARG001  # Numba reads the names
    """Return a · b + c: in one operation, rounded once, everywhere or, where the processor has none, nowhere."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = context.get_value_type(signature.return_type)
        name = f"llvm.fmuladd.{'f32' if signature.return_type == types.float32 else 'f64'}"
        function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind] * 3), name)
        return builder.call(function, arguments)

    return a(a, a, a), codegen


def kernel(function: AnyFunction) -> AnyFunction:
    """Compile a function for use inside the engine: without the interpreter's lock, and with IEEE division."""
    return _compiled(function, RELAXED)


def elementwise(function: AnyFunction) -> AnyFunction:
    """Compile a kernel that sums nothing over a row."""
    return _compiled(function, AS_WRITTEN)


def formula(function: AnyFunction) -> AnyFunction:
    """Compile a function of single numbers, into its callers: a loop with a call in it is not worked out by vectors."""
    return _compiled(function, AS_WRITTEN, forceinline=True)


def _compiled(function: AnyFunction, freedom: set[str], **more: Any) -> AnyFunction:
    """Compile a function that only compiled code calls: the engine's doors are in `entry`.

    Without the wrappers that Python would need, which took three fifths of the time to compile; and without a version
    for each constant that a caller writes, which Numba would make: of matrix products, ten times the code.
    """
    options = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **more}
    compiled: Any = njit(nogil=True, error_model="numpy", fastmath=freedom, **options)(function)
    template = compiled.get_call_template

    def without_constants(args: Any, kws: Any) -> Any:
        return template(tuple(map(types.unliteral, args)), kws)

    compiled.get_call_template = without_constants
    result: AnyFunction = compiled
    return result
