"""One training of a network at a time: two threads that both change its parameters would spoil each other's work."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from glassnet.mathematics.checks import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

_lock = Lock()
_in_training: set[int] = set()


@contextmanager
def alone(network: Any) -> Iterator[None]:
    """Refuse a second training of the network while the context lasts.

    Raises
    ------
    DataError
        If it is being trained.

    Examples
    --------
    >>> network = object()
    >>> with alone(network), alone(network):
    ...     pass
    Traceback (most recent call last):
    glassnet.mathematics.checks.DataError: this network is being trained already, ...
    """
    with _lock:
        if id(network) in _in_training:
            raise DataError(
                "this network is being trained already, by another thread or by the training that this callback "
                "belongs to. Wait for its end, or train a copy (copy.deepcopy)."
            )
        _in_training.add(id(network))
    try:
        yield
    finally:
        with _lock:
            _in_training.discard(id(network))
