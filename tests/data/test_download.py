import http.server
import os
import pty
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from glassnet.data.download import cache_folder, fetch
from glassnet.mathematics.checks import ArgumentError, DataError

CONTENT = bytes(range(256)) * 1000


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/gone":
            self.send_error(410)
            return
        self.send_response(200)
        if self.path != "/unannounced":
            self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        if self.path == "/slow":
            self.wfile.flush()
            self.server.patience.wait(5)
        self.wfile.write(CONTENT[:5000] if self.path == "/cut" else CONTENT)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.patience = threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.patience.set()
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("page", ["whole", "unannounced"])
def test_what_is_there_arrives(address, page):
    assert fetch(f"{address}/{page}", at_most=len(CONTENT)) == CONTENT


@pytest.mark.parametrize(
    ("page", "at_most", "message"),
    [
        ("gone", 10**6, "answered 410 Gone"),
        ("cut", 10**6, "cut short at 5,000 of 256,000 bytes|IncompleteRead"),
        ("whole", 255_999, "longer than the 255,999 bytes"),
        ("unannounced", 1000, "longer than the 1,000 bytes"),
    ],
)
def test_what_goes_wrong_is_one_error(address, page, at_most, message):
    with pytest.raises(DataError, match=f"{address}/{page}.*({message})"):
        fetch(f"{address}/{page}", at_most=at_most)


def test_a_server_that_says_nothing_is_given_up(address):
    with pytest.raises(DataError, match=r"could not be fetched: .*timed out"):
        fetch(f"{address}/slow", at_most=10**6, timeout=0.2)


def test_no_server():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DataError, match=r"could not be fetched: .*refused.*Check the network"):
        fetch(f"http://127.0.0.1:{port}/x", at_most=10)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "/etc/passwd", ""])
def test_other_schemes_are_refused(url):
    with pytest.raises(ArgumentError, match="url must begin with https:// or http://"):
        fetch(url, at_most=10)


@pytest.mark.parametrize("url", ["http://", "http://[", "http://exa mple/x", "http://127.0.0.1:port/"])
def test_an_impossible_address_is_one_error(url):
    with pytest.raises(DataError):
        fetch(url, at_most=10)


def test_a_terminal_sees_progress_and_a_pipe_does_not(address):
    code = "import sys; from glassnet.data.download import fetch; print(len(fetch(sys.argv[1], at_most=10**6)))"
    command = [sys.executable, "-c", code, f"{address}/digits.gz"]
    piped = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (piped.stdout, piped.stderr) == ("256000\n", "")
    ours, theirs = pty.openpty()
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, text=True, check=True)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert result.stdout == "256000\n"
    assert "digits.gz" in shown
    assert "256.0/256.0" in shown


def test_the_cache_follows_the_customs_of_the_platform(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    monkeypatch.setenv("GLASSNET_CACHE", "/elsewhere")
    assert cache_folder() == Path("/elsewhere")
    monkeypatch.delenv("GLASSNET_CACHE")
    assert cache_folder() == Path("/somewhere/glassnet")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    for platform, place in (("linux", ".cache"), ("darwin", "Library/Caches")):
        monkeypatch.setattr(sys, "platform", platform)
        assert cache_folder() == Path("/home/me") / place / "glassnet"
