"""The queue of what is asked for ahead: every line once, in order, and nothing behind the end."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="the engine needs Numba", exc_type=ImportError)

from numba import njit

from glassnet.engine import ahead
from glassnet.engine.cores import LINE_BYTES


@njit
def ask(queue):
    ahead.ask_for_some(queue)


ROW_LINES = [1, 2, 31, 32, 33, 49]


class Queue:
    """A queue for rows of so many lines, which stand in an order, in two goes."""

    def __init__(self, called, row_bytes, order, first, last, asks, of_rows=4):
        self.called = called
        self.data = np.zeros(20 * row_bytes + LINE_BYTES, np.uint8)
        self.fields = np.full(ahead.ROWS + 21, -1, np.int64)
        place, queue, middle = self.data.ctypes.data, self.fields.ctypes.data, (first + last) // 2
        called(ahead.empty)(queue, row_bytes, asks, of_rows)
        for begin, end in ((first, middle), (middle, last)):
            called(ahead.put)(queue, place, row_bytes, order, begin, end)
        self.lines = int(self.fields[ahead.LINES])
        self.row_lines = -(-row_bytes // LINE_BYTES)
        self.rows = [(int(address) - place) // row_bytes for address in self.fields[ahead.ROWS :] if address >= 0]

    @property
    def done(self):
        """How many lines were asked for, by the fields."""
        row = (int(self.fields[ahead.AT]) - self.fields.ctypes.data) // 8 - ahead.ROWS
        return row * self.row_lines + int(self.fields[ahead.DONE]) // LINE_BYTES

    @property
    def all_asked(self):
        return self.called(ahead.all_asked)(self.fields.ctypes.data)

    def ask(self):
        ask(self.fields.ctypes.data)


@pytest.mark.parametrize("row_lines", ROW_LINES)
@pytest.mark.parametrize("asks", [0, 1, 4, 6, 12, 200])
@pytest.mark.parametrize("rows", [1, 2, 7])
def test_lines_are_asked_for_one_after_another_until_there_is_none(called, row_lines, asks, rows):
    order = np.random.default_rng(0).permutation(20).astype(np.int64)
    queue = Queue(called, row_lines * LINE_BYTES - 5, order, 2, 2 + rows, asks)
    assert queue.rows == list(order[2 : 2 + rows])
    assert queue.lines == (-(-4 * row_lines // asks) if asks else ahead.LINES_AT_A_TIME)
    end, before, expected = rows * row_lines, queue.fields.copy(), 0
    while expected < end:
        assert not queue.all_asked
        queue.ask()
        to_the_end_of_the_next_row = 2 * row_lines - expected % row_lines
        expected = min(end, expected + min(queue.lines, to_the_end_of_the_next_row))
        assert queue.done == expected
    for _ in range(3):
        queue.ask()
    assert queue.done == end
    assert queue.all_asked
    np.testing.assert_array_equal(queue.fields[ahead.ROWS :], before[ahead.ROWS :])


def test_without_an_order_rows_come_as_they_stand(called):
    assert Queue(called, 200, np.zeros(0, np.int64), 3, 7, 0).rows == [3, 4, 5, 6]


@pytest.mark.parametrize(("first", "last"), [(7, 7), (7, 3)])
def test_of_no_rows_a_queue_is_empty(called, first, last):
    queue = Queue(called, 200, np.zeros(0, np.int64), first, last, 6)
    queue.ask()
    assert queue.rows == []
    assert queue.done == 0
    assert not queue.all_asked
