import threading

import pytest

from glassnet.playground.message import RefusedError
from glassnet.playground.training.pacing import Baton


def test_what_is_asked_is_answered_in_the_thread_that_answers():
    baton, asked = Baton(), []
    asker = threading.Thread(target=lambda: asked.append(baton.ask(threading.get_ident)))
    asker.start()
    while not asked:
        baton.wait(0.01)
        baton.answer()
    asker.join()
    assert asked == [threading.get_ident()]


def test_an_error_belongs_to_whoever_asked():
    baton = Baton()
    answer = baton.tell(lambda: 1 / 0)
    baton.answer()
    with pytest.raises(ZeroDivisionError):
        answer.result(0)


def test_after_the_end_nothing_is_taken():
    baton = Baton()
    waiting = baton.tell(lambda: 1)
    baton.set(ending=True)
    baton.refuse()
    with pytest.raises(RefusedError):
        waiting.result(0)
    with pytest.raises(RefusedError):
        baton.ask(lambda: 1)


def test_only_at_full_speed_nothing_holds_a_step_back():
    baton = Baton()
    assert not baton.hurrying
    baton.set(running=True, speed="slow")
    assert baton.wanted
    assert not baton.hurrying
    baton.set(speed="full")
    assert baton.hurrying
    baton.tell(lambda: 1)
    assert not baton.hurrying
