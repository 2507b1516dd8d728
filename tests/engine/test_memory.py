"""Addresses as arrays, numbers in a type, and threads that meet."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="compiled code needs Numba", exc_type=ImportError)

from numba import carray, njit

from glassnet.engine.crew import Crew
from glassnet.engine.memory import atomic_add, atomic_load, atomic_store, cast, meet, pointer


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_number_takes_the_type_of_zero(dtype):
    @njit(nogil=True)
    def third(zero, room):
        room[0] = cast(zero, 1 / 3)
        return cast(zero, 1 / 3) == 1 / 3

    room = np.zeros(1, np.float64)
    assert third(dtype(0), room) == (dtype is np.float64)
    assert room[0] == float(dtype(1 / 3))


def test_an_address_is_an_array():
    @njit(nogil=True)
    def double(address, zero, n):
        array = carray(pointer(address, zero), (n,))
        for i in range(n):
            array[i] *= 2

    for dtype in (np.float32, np.float64, np.uint8):
        array = np.arange(10).astype(dtype)
        double(array.ctypes.data + 2 * array.itemsize, dtype(0), 3)
        np.testing.assert_array_equal(array, [0, 1, 4, 6, 8, 5, 6, 7, 8, 9])


def test_integers_are_added_to_in_one_go():
    @njit(nogil=True)
    def count(address, turns):
        for _ in range(turns):
            atomic_add(address, 3)
        before = atomic_add(address + 8, 5)
        atomic_store(address + 16, atomic_load(address + 16) + 1)
        return before

    numbers = np.array([1, 70, -2])
    assert count(numbers.ctypes.data, 0) == 70
    assert numbers.tolist() == [1, 75, -1]
    with Crew(4) as crew:
        crew.run(lambda number: count(numbers.ctypes.data, 20_000))
    assert numbers[0] == 1 + 4 * 20_000 * 3


@pytest.fixture(scope="module")
def rounds():
    """Return a function in which threads write, meet, and read what the others wrote; it returns how often it was old.

    Between meetings each dawdles for a time of its own, so that now one comes first and now another.
    """

    @njit(nogil=True)
    def play(thread, threads, barrier, turns, notes, waste):
        old, dice = 0, thread + 1
        for turn in range(turns):
            dice = (dice * 1103515245 + 12345) % 2147483648
            for i in range(dice // 65536 % 64):
                waste[thread, 0] += i
            notes[thread, 0] = turn
            meet(barrier, threads)
            for other in range(threads):
                old += notes[other, 0] != turn
            meet(barrier, threads)
        return old

    return play


@pytest.mark.parametrize(("threads", "turns"), [(1, 1000), (2, 20_000), (3, 300)])
def test_behind_a_meeting_every_thread_sees_what_all_wrote_before_it(rounds, threads, turns):
    # Three threads on two cores let each other have the core: the waiting that does not spin.
    notes, waste = np.full((threads, 16), -1), np.zeros((threads, 16))
    with Crew(threads) as crew:
        for _ in range(3):  # the place can be used again
            old = []
            crew.run(lambda number, old=old: old.append(rounds(number, threads, crew.barrier, turns, notes, waste)))
            assert old == [0] * threads


def test_one_thread_meets_nobody_and_touches_nothing(rounds):
    assert rounds(0, 1, 0, 10, np.zeros((1, 16), int), np.zeros((1, 16))) == 0
