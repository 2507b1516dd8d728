"""Addresses as arrays, and threads that meet: the few things that Numba has no word for."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

from glassnet.engine.compiling import kernel
from glassnet.engine.cores import LINE_BYTES

_INT = ir.IntType(64)
SPINS = 4_000
"""How often a thread looks whether the others have come before it lets another program have the core: about 50 µs."""


@intrinsic
def pointer(typing, address, zero):
    """Return an address as a pointer to numbers of the type of `zero`, for `numba.carray`."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = context.get_value_type(signature.return_type)
        return builder.inttoptr(arguments[0], kind)

    return types.CPointer(zero)(types.intp, zero), codegen


@intrinsic
def apart(typing):
    """Keep the function that this stands in from being copied into those that call it.

    Copies of copies made the engine take 77 s to compile.
    """

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.function.attributes.add("noinline")
        builder.function.attributes.add("noduplicate")  # nor made anew for each constant that it is called with
        return context.get_dummy_value()

    return types.void(), codegen


def cast(zero, value):
    """Return a number in the type of `zero`; for compiled code alone."""
    raise NotImplementedError


@overload(cast)
def _cast(zero, value):
    if zero == types.float32:
        return lambda zero, value: np.float32(value)
    return lambda zero, value: np.float64(value)


@intrinsic
def atomic_add(typing, address, amount):
    """Add to the 64-bit integer at an address, and return what was there before; no thread comes in between."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        target = builder.inttoptr(arguments[0], _INT.as_pointer())
        return builder.atomic_rmw("add", target, arguments[1], "seq_cst")

    return types.intp(types.intp, types.intp), codegen


@intrinsic
def atomic_load(typing, address):
    """Return the 64-bit integer at an address as it is now."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load_atomic(builder.inttoptr(arguments[0], _INT.as_pointer()), "seq_cst", 8)

    return types.intp(types.intp), codegen


@intrinsic
def atomic_store(typing, address, value):
    """Set the 64-bit integer at an address for all threads to see."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store_atomic(arguments[1], builder.inttoptr(arguments[0], _INT.as_pointer()), "seq_cst", 8)
        return context.get_dummy_value()

    return types.void(types.intp, types.intp), codegen


@intrinsic
def relax(typing):
    """Tell the processor that this is a waiting loop."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        if "x86" in llvm.get_default_triple():
            function = ir.FunctionType(ir.VoidType(), [])
            builder.call(cgutils.get_or_insert_function(builder.module, function, "llvm.x86.sse2.pause"), [])
        return context.get_dummy_value()

    return types.void(), codegen


def _system_yield() -> Any:
    """Return the system's function that lets another thread run, which takes no argument."""
    if sys.platform == "win32":
        return ctypes.windll.kernel32.SwitchToThread
    return ctypes.CDLL(None).sched_yield


llvm.add_symbol("glassnet_yield", ctypes.cast(_system_yield(), ctypes.c_void_p).value)
_yield = types.ExternalFunction("glassnet_yield", types.int32())


@kernel
def meet(barrier, threads):
    """Wait until all threads have come here; return whether they will: not if one of them gave up.

    `barrier` is the address of four 64-bit integers, a line of memory apart: how many have come, how often all have
    met, whether one gave up, and whether one has found nan or inf (`tell_not_finite`).
    """
    if threads == 1:
        return True
    met = atomic_load(barrier + LINE_BYTES)
    if atomic_add(barrier, 1) == threads - 1:
        atomic_store(barrier, 0)
        atomic_store(barrier + LINE_BYTES, met + 1)
        return True
    spins = 0
    while atomic_load(barrier + LINE_BYTES) == met:
        if atomic_load(barrier + 2 * LINE_BYTES):
            return False
        spins += 1
        if spins < SPINS:
            relax()
        else:
            _yield()
    return True


@kernel
def tell_not_finite(barrier, threads):
    """Tell all threads, who will know it when they have met, that there is nan or inf in the batch."""
    if threads > 1:
        atomic_store(barrier + 3 * LINE_BYTES, 1)


@kernel
def found_finite(barrier, threads, own):
    """Say whether no thread has found nan or inf in the batch; `own` is what this one found."""
    return own and (threads == 1 or atomic_load(barrier + 3 * LINE_BYTES) == 0)
