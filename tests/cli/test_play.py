import json
import signal
import socket
import subprocess
import sys

import pytest


def test_it_says_where_it_is_and_ends_with_ctrl_c():
    command = [sys.executable, "-m", "glassnet", "play", "--no-browser", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        words = server.stdout.readline()
        url = json.loads(server.stdout.readline())["url"]
        assert url in words
        assert url.startswith("http://127.0.0.1:")
        server.send_signal(signal.SIGINT)
        out, complaints = server.communicate(timeout=20)
    assert (server.returncode, out.strip(), complaints) == (0, "ended", "")


def test_a_taken_port_is_one_sentence(glassnet):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, lines, words = glassnet("play", "--no-browser", "--port", taken.getsockname()[1])
    assert (status, lines) == (1, [])
    assert "cannot be listened on" in words
    assert words.count("\n") == 1


@pytest.mark.parametrize("port", [-1, 65536, 10**9])
def test_a_port_that_is_none(glassnet, port):
    status, _, words = glassnet("play", "--no-browser", "--port", port)
    assert status == 2
    assert "argument --port: it must be an integer of at least 0 and at most 65535" in words
