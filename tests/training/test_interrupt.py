"""Ctrl-C: a real SIGINT to a real process, and KeyboardInterrupt from elsewhere."""

import json
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

import glassnet as gn

PROGRAM = """
import json, signal, sys, time
import numpy as np
import glassnet as gn

signal.signal(signal.SIGINT, signal.default_int_handler)  # where tests run, it may be ignored
net = gn.Network([gn.Dense(2, 4), gn.BatchNorm(), gn.Tanh(), gn.Dense(4, 3), gn.Softmax()], seed=2)
x, t = np.sin(np.arange(60.0)).reshape(30, 2), np.arange(30) % 3


class Slow(gn.callbacks.Callback):
    def on_step_end(self, run):
        if run.step == 3:
            print("ready", flush=True)
            {wait}

    def on_train_end(self, run):
        print("ended", flush=True)


history = net.fit(x, t, epochs=1000, batch_size=10, callbacks=[Slow()], verbose={verbose}, executor="reference")
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
print(json.dumps([history.stopped, history.steps["step"], history.epochs.get("step")]))
print(json.dumps(net.parameters.flat.tolist()))
resumed = net.fit(x, t, epochs=1, batch_size=10, resume=True, verbose=0)
print(json.dumps(resumed.steps["step"]))
"""


def interrupted(wait, times=1, verbose=0):
    code = PROGRAM.replace("{wait}", wait).replace("{verbose}", str(verbose))
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(("ready", "again")) and times:
            process.send_signal(signal.SIGINT)
            process.stdin.write("go on\n")  # read after the signal has come, however busy the machine is
            times -= 1
    errors = process.stderr.read()
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    assert process.wait(timeout=60) == 0, errors
    return [line.strip() for line in lines]


def test_ctrl_c_ends_after_the_step_and_keeps_model_and_history():
    lines = interrupted("sys.stdin.readline()")
    stopped, steps, epochs = json.loads(lines[2])
    assert stopped == "interrupted; the model is as the last step left it"
    assert (steps, epochs) == ([1, 2, 3], [3])
    # The model is that of a training of three steps, to the bit.
    net = gn.Network([gn.Dense(2, 4), gn.BatchNorm(), gn.Tanh(), gn.Dense(4, 3), gn.Softmax()], seed=2)
    x, t = np.sin(np.arange(60.0)).reshape(30, 2), np.arange(30) % 3
    net.fit(x, t, batch_size=10, max_steps=3, verbose=0, executor="reference")
    np.testing.assert_allclose(json.loads(lines[3]), net.parameters.flat, rtol=1e-6)
    assert lines[1] == "ended"
    assert json.loads(lines[4]) == [4, 5, 6]


def test_ctrl_c_says_so_on_the_screen():
    lines = interrupted("sys.stdin.readline()", verbose=1)
    assert any(line.startswith("epoch    1/1000  loss ") for line in lines)
    assert "stopped: interrupted; the model is as the last step left it" in lines


def test_a_second_ctrl_c_ends_what_does_not_end_by_itself():
    wait = "sys.stdin.readline(); print('again', flush=True); time.sleep(60)"
    lines = interrupted(wait, times=2)
    stopped, steps, _ = json.loads(lines[3])
    assert stopped == "interrupted in the middle of a step or a callback; the model is as it stood then"
    assert steps == [1, 2, 3]
    assert lines[2] == "ended"


@pytest.mark.parametrize("method", ["on_train_begin", "on_gradients", "on_step_end", "on_epoch_end"])
def test_keyboard_interrupt_in_a_callback_returns_the_history(method, clusters, classifier):
    class Press(gn.callbacks.Callback):
        pass

    def press(run):
        if method == "on_train_begin" or run.step >= 2:
            raise KeyboardInterrupt

    callback = Press()
    setattr(callback, method, press)
    ended = []
    callback.on_train_end = ended.append
    net = classifier()
    history = net.fit(*clusters, epochs=5, batch_size=15, callbacks=[callback], verbose=0)
    assert history.stopped.startswith("interrupted")
    assert len(ended) == (method != "on_train_begin")
    assert net.predict(clusters[0]).shape == (30, 3)
    assert len(history.steps.get("step", [])) == (0 if method == "on_train_begin" else 2)


def test_a_signal_during_the_epochs_end_makes_no_further_step(clusters, classifier):
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        history = classifier().fit(
            *clusters, epochs=5, batch_size=15, verbose=0,
            callbacks=[lambda run: signal.raise_signal(signal.SIGINT) if run.epoch == 2 else None],
        )  # fmt: skip
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, usual)
    assert history["step"] == [2, 4]
    assert history.stopped.startswith("interrupted")


def test_the_handler_is_given_back_after_an_error_too(clusters, classifier):
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(ZeroDivisionError):
            classifier().fit(*clusters, callbacks=[lambda run: 1 / 0], verbose=0)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, usual)


def test_a_programs_own_handler_stays_in_place(clusters, classifier):
    calls = []

    def own(signum, frame):
        calls.append(signum)

    usual = signal.signal(signal.SIGINT, own)
    try:
        history = classifier().fit(
            *clusters, epochs=2, callbacks=[lambda run: signal.raise_signal(signal.SIGINT)], verbose=0
        )
        assert signal.getsignal(signal.SIGINT) is own
    finally:
        signal.signal(signal.SIGINT, usual)
    assert calls == [signal.SIGINT] * 2
    assert history.stopped == "all epochs done"


def test_training_works_outside_the_main_thread(clusters, classifier):
    histories, before = [], signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=lambda: histories.append(classifier().fit(*clusters, epochs=2, verbose=0)))
    thread.start()
    thread.join()
    assert histories[0]["epoch"] == [1, 2]
    assert signal.getsignal(signal.SIGINT) is before
