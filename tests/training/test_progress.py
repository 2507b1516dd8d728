"""What is shown while a network trains: a bar on a terminal, a line an epoch elsewhere, or nothing."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import numpy as np
import pytest

import glassnet as gn

EPOCH = (
    r"epoch {epoch}/3  loss \d+\.\d{{4}}  accuracy \d+\.\d\d%  val_loss \d+\.\d{{4}}  val_accuracy \d+\.\d\d%  "
    r"[\d,]+ samples/s  \d+\.\d s"
)

PROGRAM = """
import signal, sys, time
import numpy as np
import glassnet as gn

x, t = np.sin(np.arange(400.0)).reshape(100, 4), np.arange(100) % 2


def slow(x, rng):
    time.sleep(0.06)
    return x


def fail(run):
    raise ZeroDivisionError


net = gn.Network([gn.Dense(4, 2), gn.Softmax()])
try:
    net.fit(x, t, epochs=2, batch_size=20, augmentation=slow, {arguments})
except (ZeroDivisionError, gn.GlassnetError) as error:
    print("failed", error)
print("done")
"""


def on_a_terminal(arguments, columns=80):
    """Run the program on a pseudo-terminal and return what it wrote there."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("{arguments}", arguments)],
        stdin=child, stdout=child, stderr=child, env={**environment, "TERM": "xterm-256color"},
    )  # fmt: skip
    os.close(child)
    written = b""
    while True:
        try:
            part = os.read(parent, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not part:
            break
        written += part
    os.close(parent)
    assert process.wait() == 0, written.decode()
    return written.decode()


def test_one_line_an_epoch(clusters, classifier, capsys):
    classifier().fit(*clusters, epochs=3, validation_data=clusters)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    for epoch, line in enumerate(lines, start=1):
        assert re.fullmatch(EPOCH.format(epoch=epoch), line), line


def test_the_line_of_a_regression_and_of_a_resumed_training(line, capsys):
    net = line()
    net.fit([[1.0], [2.0]], [1.0, 2.0], epochs=1)
    net.fit([[1.0], [2.0]], [1.0, 2.0], epochs=11, resume=True)
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"epoch 1/1  loss \d\.\d{4}  [\d,]+ samples/s  0\.0 s", lines[0])
    assert lines[1].startswith("epoch  2/12  loss ")
    assert lines[-1].startswith("epoch 12/12  loss ")


def test_a_large_loss_has_four_digits(line, capsys):
    line().fit([[0.0]], [1e12], epochs=1, optimizer=gn.SGD(1e-9))
    assert "  loss 1.000e+24  " in capsys.readouterr().out
    line().fit([[0.0]], [99.0], epochs=1)
    assert "  loss 9801.0000  " in capsys.readouterr().out


@pytest.mark.parametrize("verbose", [0, False, np.int64(0)])
def test_silence(verbose, clusters, classifier, capfd):
    classifier().fit(*clusters, epochs=2, validation_data=clusters, verbose=verbose)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


@pytest.mark.parametrize("verbose", [1, True, 2])
def test_sound(verbose, clusters, classifier, capfd):
    classifier().fit(*clusters, epochs=2, verbose=verbose)
    assert capfd.readouterr().out.count("epoch") == 2


def test_why_it_ended_early(clusters, classifier, capsys):
    classifier().fit(*clusters, epochs=3, callbacks=[lambda run: run.stop("enough")])
    assert capsys.readouterr().out.splitlines()[-1] == "stopped: enough"


def test_the_bar_on_a_terminal():
    written = on_a_terminal("verbose=1")
    bars = re.findall(
        r"epoch (\d)/2 .*?(\d+)% loss \d\.\d{4}  accuracy \d+\.\d%  [\d,]+ samples/s  (\d+:\d\d) left", written
    )
    assert {epoch for epoch, *_ in bars} == {"1", "2"}
    assert {20, 40, 60, 80} & {int(share) for _, share, _ in bars}
    for epoch in (1, 2):  # a line for each epoch stays
        assert re.search(
            rf"epoch {epoch}/2  loss \d\.\d{{4}}  accuracy \d+\.\d\d%  [\d,]+ samples/s  \d\.\d s\r\n", written
        )
    assert written.count("\x1b[?25l") == written.count("\x1b[?25h") == 1  # the cursor is hidden, and comes back
    assert written.endswith("\x1b[2Kdone\r\n")  # the bar is gone


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("callbacks=[fail]", "failed"),
        ("callbacks=[lambda run: run.stop('enough [red]')]", "stopped: enough [red]"),
        (
            "callbacks=[lambda run: signal.raise_signal(2)]",
            "stopped: interrupted; the model is as the last step left it",
        ),
    ],
)
def test_the_bar_is_always_taken_down(arguments, words):
    written = on_a_terminal(arguments, columns=60)
    assert written.count("\x1b[?25l") == written.count("\x1b[?25h") == 1
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written[written.rindex("\x1b[?25h") :])
    assert words in plain
    assert plain.endswith("done\r\n")


def test_silence_on_a_terminal():
    assert on_a_terminal("verbose=0") == "done\r\n"


def test_an_error_before_the_bar_began_is_the_error_that_comes_through():
    """EarlyStopping fails to begin, so that the bar after it never did: there is nothing to take down."""
    written = on_a_terminal("callbacks=[gn.callbacks.EarlyStopping('los')]")
    assert written.startswith("failed monitor must be one of ")
    assert written.endswith("done\r\n")
    assert "\x1b[?25l" not in written
