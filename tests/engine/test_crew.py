"""Threads that work together: each runs once a call, errors come back, and they end."""

import os
import threading

import pytest

from glassnet.engine.crew import Crew, lent_crew


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_each_number_runs_once_a_call_and_the_callers_answer_comes_back(threads):
    with Crew(threads) as crew:
        for turn in range(50):
            seen = []
            assert crew.run(lambda number, seen=seen, turn=turn: seen.append(number) or (turn, number)) == (turn, 0)
            assert sorted(seen) == list(range(threads))


def test_the_caller_is_number_0_and_the_others_keep_their_threads():
    with Crew(3) as crew:
        turns = [{}, {}]
        for threads in turns:
            crew.run(lambda number, threads=threads: threads.update({number: threading.get_ident()}))
    assert turns[0] == turns[1]
    assert turns[0][0] == threading.get_ident()
    assert len(set(turns[0].values())) == 3


def test_they_all_work_at_the_same_time():
    meeting = threading.Barrier(3, timeout=10)
    with Crew(3) as crew:
        crew.run(lambda number: meeting.wait())


def test_nothing_is_left_when_a_crew_is_left():
    before = threading.active_count()
    with Crew(4) as crew:
        crew.run(lambda number: None)
        assert threading.active_count() == before + 3
    assert threading.active_count() == before


def test_one_alone_has_no_threads():
    before = threading.active_count()
    with Crew(1) as crew:
        assert crew.run(lambda number: threading.active_count()) == before


@pytest.mark.parametrize("bad", [0, 2])
def test_an_error_in_any_thread_is_raised_in_the_callers_when_all_are_done(bad):
    done = []

    def work(number):
        if number == bad:
            raise ValueError(f"number {number}")
        done.append(number)

    with Crew(3) as crew:
        with pytest.raises(ValueError, match=f"number {bad}"):
            crew.run(work)
        assert sorted(done) == sorted({0, 1, 2} - {bad})
        assert crew.run(lambda number: number) == 0  # and it goes on


def test_errors_in_all_threads_are_raised_once():
    def work(number):
        raise ValueError(f"number {number}")

    with Crew(3) as crew:
        with pytest.raises(ValueError, match="number"):
            crew.run(work)
        assert crew.run(lambda number: number) == 0


def test_an_error_between_calls_ends_the_threads_too():
    before = threading.active_count()
    with pytest.raises(KeyError), Crew(3):
        raise KeyError
    assert threading.active_count() == before


@pytest.mark.parametrize("threads", [1, 3])
def test_the_place_to_meet_is_two_lines_of_memory_of_the_crews_own(threads):
    crew = Crew(threads)
    assert crew.barrier % 64 == 0
    first = crew._barrier.ctypes.data
    assert first <= crew.barrier
    assert crew.barrier + 64 + 8 <= first + crew._barrier.nbytes


def test_a_lent_crew_is_lent_again_but_never_to_two_at_once():
    with lent_crew(2) as one:
        with lent_crew(2) as two:
            assert two is not one
        with lent_crew(3) as three:
            assert three.threads == 3
    with lent_crew(2) as again:
        assert again in (one, two)
        assert sorted(numbers_of(again)) == [0, 1]


def numbers_of(crew):
    seen = []
    crew.run(seen.append)
    return seen


def test_a_crew_whose_work_failed_is_not_lent_again():
    with pytest.raises(ValueError, match="on purpose"), lent_crew(2) as crew:

        def fail(number):
            raise ValueError("on purpose")

        crew.run(fail)
    with lent_crew(2) as other:
        assert other is not crew
        assert len(numbers_of(other)) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_gets_a_crew_of_its_own():
    with lent_crew(2) as crew:
        numbers_of(crew)
    child = os.fork()
    if child == 0:
        with lent_crew(2) as own:
            os._exit(0 if sorted(numbers_of(own)) == [0, 1] else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("bad", [0, 1])
def test_those_who_wait_for_one_that_gave_up_are_let_go(bad):
    pytest.importorskip("numba", reason="compiled code needs Numba", exc_type=ImportError)
    from numba import njit

    from glassnet.engine.memory import meet

    @njit(nogil=True)
    def meets(barrier, threads, times):
        for turn in range(times):
            if not meet(barrier, threads):
                return turn
        return times

    with Crew(3) as crew:
        barrier = crew.barrier

        def work(number):
            if number == bad:
                raise KeyboardInterrupt
            return meets(barrier, 3, 10)

        with pytest.raises(KeyboardInterrupt):
            crew.run(work)
        assert crew.run(lambda number: meets(barrier, 3, 10)) == 10  # all meet again afterwards
