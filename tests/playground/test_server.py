"""The server as other programs meet it: real sockets, real requests, also from where none should come."""

import gc
import http.client
import logging
import os
import socket
import struct
import threading
import time

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from glassnet.mathematics.checks import DataError
from glassnet.playground import server as module
from glassnet.playground.server import MOST_BYTES, bind
from glassnet.playground.wire import pack, unpack


@pytest.fixture(scope="module")
def started():
    """Start servers in threads of this process; a token makes one as others on the network would meet it."""
    import uvicorn

    running = []

    def start(token=None):
        place, ready = bind(port=0), threading.Event()
        config = uvicorn.Config(
            module.make_app(token), log_level="warning", ws="websockets-sansio", ws_max_size=MOST_BYTES
        )
        server = module._Server(config, ready.set)  # to end it again
        server.install_signal_handlers = lambda: None
        thread = threading.Thread(target=server.run, kwargs={"sockets": [place.listening]})
        thread.start()
        assert ready.wait(20)
        running.append((server, thread))
        return place.listening.getsockname()[1]

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def port(started):
    return started()


def ask(port, path="/", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def open_socket(port, **headers):
    return connect(f"ws://127.0.0.1:{port}/connection", additional_headers=headers, max_size=None)


def test_the_page_and_its_files_come_with_rules_for_the_browser(port):
    answer, body = ask(port)
    assert answer.status == 200
    assert b"<title>glassnet</title>" in body
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer, _ = ask(port, "/static/js/main.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path", ["/static/../server.py", "/static/%2e%2e/server.py", "/etc/passwd", "/static//etc/passwd"]
)
def test_nothing_outside_the_pages_files_is_served(port, path):
    assert ask(port, path)[0].status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example:80"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "[::1"},
        {"Host": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
    ],
)
def test_who_is_not_this_machines_own_page_is_refused(port, headers):
    answer, body = ask(port, **headers)
    assert answer.status == 403
    assert body.startswith(b"The playground answers to")


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}])
def test_a_socket_from_another_page_is_refused(port, headers):
    with pytest.raises((InvalidStatus, ConnectionClosed)), open_socket(port, **headers) as own:
        own.recv()


def test_a_request_is_answered_and_a_mistaken_one_is_told(port):
    with open_socket(port, Origin=f"http://127.0.0.1:{port}") as own:
        own.send(pack({"session": None}))
        hello = unpack(own.recv())
        assert hello["event"] == "hello"
        own.send(pack({"id": 1, "do": "models.list"}))
        answer = unpack(own.recv())
        assert [model["name"] for model in answer["content"]["models"]] == ["small", "large", "lecture"]
        for name, words in {"nothing.list": "no tab", "models.fly": "no action", "os.system": "no tab"}.items():
            own.send(pack({"id": 2, "do": name}))
            assert words in unpack(own.recv())["error"]["words"]


def test_a_page_that_comes_back_finds_what_it_had(port):
    keys = []
    for _ in range(2):
        with open_socket(port) as own:
            own.send(pack({"session": keys[0] if keys else None}))
            keys.append(unpack(own.recv())["content"]["session"])
    assert keys[0] == keys[1]


def test_rubbish_ends_that_connection_alone(port):
    with open_socket(port) as own:
        own.send(pack({"session": None}))
        own.recv()
        own.send(b"rubbish")
        with pytest.raises(ConnectionClosed):
            own.recv()
    with open_socket(port) as own:
        own.send("text instead of bytes")
        with pytest.raises(ConnectionClosed):
            own.recv()
    with open_socket(port) as own:
        own.send(pack({"session": None}))
        own.recv()
        with pytest.raises(ConnectionClosed):
            own.send(bytes(MOST_BYTES + 1000))
            own.recv()
    assert ask(port)[0].status == 200


def test_a_public_server_asks_for_its_token(started):
    port = started("secret")
    assert ask(port)[0].status == 403
    assert ask(port, "/?token=wrong")[0].status == 403
    answer, _ = ask(port, "/?token=secret", Host="192.168.0.7:80")
    assert answer.status == 303
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert ask(port, "/", Cookie=cookie.split(";")[0])[0].status == 200
    with pytest.raises((InvalidStatus, ConnectionClosed)), open_socket(port) as own:
        own.recv()


def test_a_port_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(DataError, match="leave --port out"):
        bind(port=taken.getsockname()[1])


def test_where_it_is_served_for_others_there_is_a_token():
    place = bind("0.0.0.0", 0)  # what is tested
    place.listening.close()
    assert place.token is not None
    assert place.url.endswith(f"?token={place.token}")


def test_a_host_of_elsewhere_is_told():
    with pytest.raises(DataError, match="cannot be listened on"):
        bind("192.0.2.1", 0)


def held_up(monkeypatch):
    """Have each request wait in its thread; returns what lets them go on, and the numbers of those that were begun."""
    gate, begun = threading.Event(), []

    def answer(session, message):
        begun.append(message.integer("number"))
        gate.wait(20)

    monkeypatch.setattr("glassnet.playground.connection.action", lambda name: answer)
    return gate, begun


def wait_until(true, seconds=10.0):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def test_what_waits_for_its_turn_is_not_begun_when_the_page_has_left(port, monkeypatch):
    gate, begun = held_up(monkeypatch)
    with open_socket(port) as page:
        page.send(pack({"session": None}))
        page.recv()
        for number in range(5):
            page.send(pack({"id": number, "do": "gates.x", "with": {"number": number}}))
        assert wait_until(lambda: begun == [0])
    time.sleep(0.3)  # the server hears that it has gone
    gate.set()
    time.sleep(0.3)
    assert begun == [0]


def test_requests_that_wait_are_weighed_together(port, monkeypatch):
    gate, _ = held_up(monkeypatch)
    monkeypatch.setattr("glassnet.playground.connection.MOST_WAITING_BYTES", 3_000_000)
    load = np.zeros(1_000_000, np.uint8)
    with open_socket(port) as page:
        page.send(pack({"session": None}))
        page.recv()
        with pytest.raises(ConnectionClosed):
            for number in range(5):
                page.send(pack({"id": number, "do": "gates.x", "with": {"number": number, "load": load}}))
            page.recv(10)
    gate.set()


@pytest.mark.parametrize("greets", [False, True])
@pytest.mark.parametrize("resets", [False, True])
def test_pages_that_are_cut_off_are_no_complaint(port, greets, resets):
    complaints = []
    handler = logging.Handler()
    handler.emit = lambda record: complaints.append(record.getMessage())
    loggers = [logging.getLogger(name) for name in ("uvicorn.error", "asyncio")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        for _ in range(20):
            with open_socket(port) as page:
                if greets:
                    page.send(pack({"session": None}))
                if resets:  # closing sends a reset, as that of a browser that was killed
                    page.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    os.close(page.socket.detach())
                else:
                    page.socket.shutdown(socket.SHUT_RDWR)
        with open_socket(port) as page:  # the server has seen to the others by the time that this one is answered
            page.send(pack({"session": None}))
            page.recv(timeout=20)
        gc.collect()  # a task that failed unseen complains when it is collected
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
    assert complaints == []
