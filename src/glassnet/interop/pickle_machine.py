"""Pickle's little stack machine, with which nothing can be imported or called.

Python's own unpickler runs what a file tells it to. This one knows the instructions from which arrays, dicts, lists,
sets, text and numbers are made, and no other; a name of a function is a text here, admitted or refused on sight.
"""

from __future__ import annotations

import pickle
import struct
from typing import IO, TYPE_CHECKING, Any, Final

from glassnet.interop.pickle_reader import CONSTANTS, PickleReader
from glassnet.interop.pickle_records import ADMITTED, GlobalName, SetRecord, call, check_key, kind_of, set_state
from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

NEWEST_PROTOCOL: Final = 5
MAX_STEPS: Final = 10_000_000  # an empty list takes one byte of a file and 64 of memory
# What a malformed file makes the instructions below raise.
FAULTS: Final = (ValueError, IndexError, KeyError, TypeError, struct.error)


class PickleMachine(PickleReader):
    r"""Runs the instructions of one pickle.

    Parameters
    ----------
    content : bytes, or binary file
        Begins with the pickle.
    source : str
        The file, for error messages.

    Examples
    --------
    >>> PickleMachine(b"}q\x00X\x01\x00\x00\x00aq\x01K\x07s.", "a dict").run()
    {'a': 7}
    >>> PickleMachine(b"cos\nsystem\n(S'ls'\ntR.", "evil.pkl").run()
    Traceback (most recent call last):
    glassnet.mathematics.checks.DataError: evil.pkl, byte 0: it asks for 'os.system'...
    """

    def __init__(self, content: bytes | IO[bytes], source: str) -> None:
        super().__init__(content)
        self.source = source
        self.start = 0  # of the present instruction
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}
        self.spent = 0

    def run(self, *, alone: bool = True) -> Any:
        """Return what the pickle builds: dicts, lists, tuples, text, numbers and records of arrays and sets.

        Parameters
        ----------
        alone : bool
            Refuse bytes that follow the pickle; without it they stay unread.
        """
        try:
            return self._run(alone=alone)
        except DataError as error:
            raise DataError(f"{self.source}, byte {self.start}: {error}") from None
        except FAULTS as error:
            raise DataError(
                f"{self.source}, byte {self.start}: it is no pickle, or a damaged one ({type(error).__name__}). "
                "Fetch the file again."
            ) from None

    def _run(self, *, alone: bool) -> Any:
        for _ in range(MAX_STEPS):
            self.start = self.position
            code = self.take(1)
            if code == pickle.STOP:
                break
            self._step(code)
        else:
            raise DataError(f"it has over {MAX_STEPS:,} instructions. Save the numbers as NumPy arrays.")
        extra = len(self.file.read()) if alone else 0
        if extra:
            raise DataError(f"the pickle ends, but {extra:,} bytes follow. Only one pickle in a file is read.")
        return self.pop()

    def _step(self, code: bytes) -> None:
        if code in VALUES:
            self.stack.append(VALUES[code](self))
        elif code in ACTIONS:
            ACTIONS[code](self)
        elif code == pickle.INST:
            self.admit(self.line(), self.line())
            raise DataError("it makes an object of a class. Only arrays, dicts, lists, text and numbers are read.")
        else:
            import pickletools

            names = {opcode.code: opcode.name for opcode in pickletools.opcodes}
            known = names.get(code.decode("latin-1"))
            if known is None:
                raise ValueError(code)
            raise DataError(
                f"the instruction {known} makes something else than arrays, dicts, lists, text and numbers. "
                "Save the arrays alone."
            )

    def pop(self) -> Any:
        """Take the top of the stack."""
        return self.stack.pop()

    def pop_to_mark(self) -> list[Any]:
        """Take everything above the last mark."""
        mark = self.marks.pop()
        items = self.stack[mark:]
        del self.stack[mark:]
        return items

    def admit(self, module: bytes | str, name: bytes | str) -> GlobalName:
        """Return the name of a function or class, if it is one that arrays are built with."""
        words = [word.decode("utf-8") if isinstance(word, bytes) else word for word in (module, name)]
        full_name = ".".join(words)
        if full_name not in ADMITTED:
            raise DataError(
                f"it asks for {full_name!r}, which is refused: a pickle can run any program. "
                "Only NumPy arrays, dicts, lists, text and numbers are read; save the data in that form."
            )
        return GlobalName(full_name)

    def spend(self, values: object) -> None:
        """Count the text and bytes that a call is given against those that were read.

        Each may be used about once; more means that a small file asks for endless copies.
        """
        if isinstance(values, tuple):
            self.spent += sum(len(value) for value in values if isinstance(value, str | bytes))
        if self.spent > 4 * self.position + 1024:
            raise DataError("it uses the same bytes again and again, to fill the memory. It is not read.")


VALUES: Final[dict[bytes, Callable[[PickleMachine], object]]] = {
    **CONSTANTS,
    pickle.EMPTY_LIST: lambda _: [],
    pickle.EMPTY_DICT: lambda _: {},
    pickle.EMPTY_TUPLE: lambda _: (),
    pickle.EMPTY_SET: lambda _: SetRecord([]),
    pickle.FROZENSET: lambda m: SetRecord(m.pop_to_mark(), frozen=True),
    pickle.LIST: lambda m: m.pop_to_mark(),
    pickle.TUPLE: lambda m: tuple(m.pop_to_mark()),
    pickle.TUPLE1: lambda m: _tuple(m, 1),
    pickle.TUPLE2: lambda m: _tuple(m, 2),
    pickle.TUPLE3: lambda m: _tuple(m, 3),
    pickle.DICT: lambda m: _set_items({}, m.pop_to_mark()),
    pickle.GET: lambda m: m.memo[int(m.line())],
    pickle.BINGET: lambda m: m.memo[m.number("<B")],
    pickle.LONG_BINGET: lambda m: m.memo[m.number("<I")],
    pickle.GLOBAL: lambda m: m.admit(m.line(), m.line()),
}


def _tuple(machine: PickleMachine, size: int) -> tuple[Any, ...]:
    items = machine.stack[-size:]
    if len(items) < size:
        raise IndexError(size)
    del machine.stack[-size:]
    return tuple(items)


def _set_items(target: object, items: list[Any]) -> dict[Any, Any]:
    if not isinstance(target, dict) or len(items) % 2:
        raise TypeError(kind_of(target))
    for key, value in zip(items[::2], items[1::2], strict=True):
        check_key(key)
        target[key] = value
    return target


def _append(target: object, items: list[Any]) -> None:
    if not isinstance(target, list):
        raise TypeError(kind_of(target))
    target.extend(items)


def _protocol(machine: PickleMachine) -> None:
    version = machine.number("<B")
    if version > NEWEST_PROTOCOL:
        raise DataError(
            f"it has pickle protocol {version}; protocols 0 to {NEWEST_PROTOCOL} are read. "
            f"Save it again with protocol={NEWEST_PROTOCOL}."
        )


def _stack_global(machine: PickleMachine) -> None:
    name, module = machine.pop(), machine.pop()
    if not isinstance(name, str) or not isinstance(module, str):
        raise TypeError(kind_of((module, name)))
    machine.stack.append(machine.admit(module, name))


def _reduce(machine: PickleMachine) -> None:
    arguments, function = machine.pop(), machine.pop()
    machine.spend(arguments)
    machine.stack.append(call(function, arguments))


def _build(machine: PickleMachine) -> None:
    state = machine.pop()
    machine.spend(state)
    set_state(machine.stack[-1], state)


def _remember(machine: PickleMachine, index: int) -> None:
    if not 0 <= index < 1 << 32:  # longer ones could be chosen so that all collide in the table
        raise ValueError(index)
    machine.memo[index] = machine.stack[-1]


def _set_one(machine: PickleMachine) -> None:
    value, key = machine.pop(), machine.pop()
    _set_items(machine.stack[-1], [key, value])


def _append_one(machine: PickleMachine) -> None:
    value = machine.pop()
    _append(machine.stack[-1], [value])


def _extend(machine: PickleMachine) -> None:
    items = machine.pop_to_mark()
    _append(machine.stack[-1], items)


def _add_items(machine: PickleMachine) -> None:
    items = machine.pop_to_mark()
    target = machine.stack[-1]
    if not isinstance(target, SetRecord) or target.frozen:
        raise TypeError(kind_of(target))
    target.items.extend(items)


def _set_many(machine: PickleMachine) -> None:
    items = machine.pop_to_mark()
    _set_items(machine.stack[-1], items)


ACTIONS: Final[dict[bytes, Callable[[PickleMachine], object]]] = {
    pickle.PROTO: _protocol,
    pickle.FRAME: lambda m: m.number("<Q"),  # a hint for reading ahead; nothing is set aside for it
    pickle.MARK: lambda m: m.marks.append(len(m.stack)),
    pickle.POP: lambda m: m.pop(),
    pickle.POP_MARK: lambda m: m.pop_to_mark(),
    pickle.PUT: lambda m: _remember(m, int(m.line())),
    pickle.BINPUT: lambda m: _remember(m, m.number("<B")),
    pickle.LONG_BINPUT: lambda m: _remember(m, m.number("<I")),
    pickle.MEMOIZE: lambda m: _remember(m, len(m.memo)),
    pickle.APPEND: _append_one,
    pickle.APPENDS: _extend,
    pickle.SETITEM: _set_one,
    pickle.SETITEMS: _set_many,
    pickle.ADDITEMS: _add_items,
    pickle.STACK_GLOBAL: _stack_global,
    pickle.REDUCE: _reduce,
    pickle.BUILD: _build,
}
