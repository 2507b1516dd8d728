"""Ctrl-C during training: the step under way is finished, so that the model is whole."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType


class InterruptBetweenSteps:
    """While it is entered, the first Ctrl-C only sets `.asked`; a second one raises KeyboardInterrupt as usual.

    Outside the main thread, and where the program has a handler of its own, nothing is changed.
    """

    def __init__(self) -> None:
        self.asked = False
        self._previous: Any = None
        self._active = False

    def __enter__(self) -> Self:
        usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        self._active = usual and threading.current_thread() is threading.main_thread()
        if self._active:
            self._previous = signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, signum: int, frame: Any) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._active:
            signal.signal(signal.SIGINT, self._previous)
