import threading

import pytest

from glassnet.playground import sessions as module
from glassnet.playground.message import RefusedError
from glassnet.playground.sessions import MOST_SESSIONS, Session, Sessions


def wait_for_the_closing():
    """A session ends in a thread of its own, so that no page waits for it."""
    for thread in threading.enumerate():
        if thread.name == "closing":
            thread.join()


class Room:
    def __init__(self, session):
        self.session, self.closed = session, False

    def close(self):
        self.closed = True


def test_a_session_keeps_one_room_of_each_kind():
    session = Session()
    room = session.room(Room)
    assert session.room(Room) is room
    assert room.session is session


def test_a_page_that_comes_back_finds_its_session_and_a_second_one_does_not():
    sessions = Sessions()
    first = sessions.take(None)
    first.attach(lambda *_: None)
    assert sessions.take(first.key) is not first  # the page was opened twice
    first.attach(None)
    assert sessions.take(first.key) is first
    assert sessions.take("a guess") is not first


def test_only_so_many_pages_and_the_one_that_left_first_gives_way():
    sessions = Sessions()
    taken = [sessions.take(None) for _ in range(MOST_SESSIONS)]
    for session in taken:
        session.attach(lambda *_: None)
    with pytest.raises(RefusedError, match="at most 8 pages"):
        sessions.take(None)
    rooms = [session.room(Room) for session in taken]
    taken[3].attach(None)
    taken[1].attach(None)
    sessions.take(None)
    wait_for_the_closing()
    assert [room.closed for room in rooms] == [False, False, False, True, *[False] * 4]
    assert len(sessions) == MOST_SESSIONS


def test_idle_sessions_are_forgotten_and_what_runs_in_them_ends(monkeypatch):
    sessions = Sessions()
    session, held = sessions.take(None), sessions.take(None)
    held.attach(lambda *_: None)
    room = session.room(Room)
    sessions.forget_idle()
    assert len(sessions) == 2
    monkeypatch.setattr(module, "IDLE_SECONDS", -1.0)
    sessions.forget_idle()
    assert len(sessions) == 1
    wait_for_the_closing()
    assert room.closed
    sessions.close()
    assert len(sessions) == 0


def test_events_go_to_the_page_that_listens():
    session, heard = Session(), []
    session.push("lost", {})
    session.attach(lambda event, content: heard.append((event, content)))
    assert session.connected
    session.push("models", {"models": []})
    assert heard == [("models", {"models": []})]


def test_a_session_that_was_forgotten_does_not_come_to_life_again():
    session = Session()
    session.room(Room)
    session.close()
    with pytest.raises(RefusedError, match="away too long"):
        session.room(Room)
