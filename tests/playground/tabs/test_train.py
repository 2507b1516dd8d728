"""The tab Train from the server's side: what is asked, what is trained, what is told."""

import threading
import time

import numpy as np
import pytest

import glassnet as gn
from glassnet.playground.actions import action
from glassnet.playground.message import Message, RefusedError
from glassnet.playground.open_models import OpenModels
from glassnet.playground.sessions import Session
from glassnet.playground.training.room import Trainings

MOONS = {
    "data": {"kind": "moons", "count": 60, "noise": 0.1, "test": 0.3},
    "layers": [{"units": 6, "activation": "tanh"}],
    "output": "softmax",
    "rate": 0.5,
    "batch": 10,
    "epochs": 4,
    "seed": 3,
}
TABLE = b"length,width,kind\n" + b"".join(
    b"%d,%d,%s\n" % (i % 7, i % 5, b"long" if i % 7 > 3 else b"short") for i in range(40)
)


class Page:
    """A page that asks, and keeps what it is told."""

    def __init__(self):
        self.session, self.told, self.heard = Session(), [], threading.Condition()
        self.session.attach(self._hear)

    def _hear(self, event, content):
        with self.heard:
            self.told.append((event, content))
            self.heard.notify_all()

    def ask(self, name, /, **content):
        return action(f"train.{name}")(self.session, Message(content))

    def wait(self, event, condition=lambda content: True, seconds=20):
        """Return the first event from now on, or already told, of which the condition holds."""
        end = time.monotonic() + seconds
        with self.heard:
            while True:
                for name, content in reversed(self.told):
                    if name == event and condition(content):
                        return content
                assert self.heard.wait(end - time.monotonic()), f"no such {event}"

    def status(self, status):
        return self.wait("train.frame", lambda frame: frame["status"] == status)

    @property
    def network(self):
        return self.session.room(Trainings).current.network


@pytest.fixture
def page():
    own = Page()
    yield own
    own.session.close()


def rows(answer):
    """The samples as they were told: x, t of the training, x, t of the test."""
    points = answer["points"]
    cut = points["training"]
    return points["x"][:cut], points["t"][:cut].astype(int), points["x"][cut:], points["t"][cut:].astype(int)


def test_the_first_frame_is_the_network_before_its_first_step(page):
    answer = page.ask("set-up", **MOONS)
    x, t, x_test, t_test = rows(answer)
    assert (len(x), len(x_test)) == (42, 18) == (answer["training"], answer["test"])
    own = gn.Network([gn.Dense(2, 6), gn.Tanh(), gn.Dense(6, 2), gn.Softmax()], seed=3)
    assert answer["trainLoss"] == pytest.approx(own.loss(x, t), rel=1e-5)
    assert answer["testAccuracy"] == own.accuracy(x_test, t_test)
    assert answer["status"] == "ready"
    assert answer["parameters"] == 2 * 6 + 6 + 6 * 2 + 2
    assert answer["stepsPerEpoch"] == 5
    # The regions are the network's own answers at the middles of the cells, from the upper left on.
    view, low, high = answer["view"], answer["points"]["low"], answer["points"]["high"]
    side = view["side"]
    corner = [low[0] + (high[0] - low[0]) / (2 * side), high[1] - (high[1] - low[1]) / (2 * side)]
    assert view["classes"][0] == own.classify([corner])[0]
    assert view["sure"][0] == pytest.approx(own.predict([corner]).max(), rel=1e-4)


def test_a_training_to_its_end_is_the_one_that_the_code_makes(page, capsys):
    answer = page.ask("set-up", **MOONS)
    page.ask("start", speed="full")
    frame = page.status("finished")
    assert (frame["step"], frame["epoch"], frame["reason"]) == (20, 4, "all epochs done")
    scope = {}
    exec(answer["code"], scope)
    capsys.readouterr()
    for name, values in page.network.parameters.items():
        np.testing.assert_array_equal(values, scope["network"].parameters[name])
    assert frame["course"]["step"][[0, -1]].tolist() == [0, 20]
    assert frame["testLoss"] == pytest.approx(scope["network"].loss(scope["x_test"], scope["t_test"]), rel=1e-5)


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"kind": "xor", "count": 4, "noise": 0, "test": 0}, "output": "sigmoid"},
        {"data": {"kind": "curve", "count": 30, "noise": 0.1, "test": 0.2}, "output": "gaussian", "optimizer": "adam"},
        {"data": {"kind": "clusters", "count": 30, "noise": 0.3, "test": 0.2}, "dropout": 0.2, "batchNorm": True},
        {
            "data": {"kind": "spiral", "count": 30, "noise": 0, "test": 0.2},
            "layers": [{"units": 4, "activation": "maxout"}, {"units": 3, "activation": "prelu"}],
            "output": "sigmoid-squares",
            "init": "he",
            "optimizer": "rmsprop",
            "rate": 0.01,
        },
    ],
)
def test_the_code_makes_the_same_of_all_that_can_be_chosen(page, changes, capsys):
    answer = page.ask("set-up", **{**MOONS, **changes, "batch": 0})
    page.ask("start", speed="full")
    page.status("finished")
    scope = {}
    exec(answer["code"], scope)
    capsys.readouterr()
    for name, values in page.network.parameters.items():
        np.testing.assert_array_equal(values, scope["network"].parameters[name])


def test_single_steps_are_counted_and_each_is_an_update(page):
    answer = page.ask("set-up", **MOONS)
    x, t, _, _ = rows(answer)
    own = gn.Network([gn.Dense(2, 6), gn.Tanh(), gn.Dense(6, 2), gn.Softmax()], seed=3)
    own.fit(x, t, optimizer=gn.SGD(0.5), epochs=1, max_steps=1, batch_size=10, executor="reference", verbose=0)
    page.ask("step")
    assert page.wait("train.frame", lambda frame: frame["status"] == "paused")["step"] == 1
    np.testing.assert_array_equal(page.network.parameters["W1"], own.parameters["W1"])
    page.ask("step", steps=3)
    page.wait("train.frame", lambda frame: frame["step"] == 4 and frame["status"] == "paused")


def test_a_pause_holds_within_a_moment_and_a_reset_begins_alike(page):
    first = page.ask("set-up", **{**MOONS, "epochs": 5000})
    page.ask("start", speed="full")
    page.wait("train.frame", lambda frame: frame["step"] > 10)
    page.ask("pause")
    asked = time.monotonic()
    step = page.status("paused")["step"]
    assert time.monotonic() - asked < 2
    time.sleep(0.1)
    assert page.network.training_state.step == step
    again = page.ask("set-up", **{**MOONS, "epochs": 5000})
    assert again["number"] == first["number"] + 1
    assert again["trainLoss"] == first["trainLoss"]
    np.testing.assert_array_equal(again["view"]["sure"], first["view"]["sure"])


def test_the_rate_changes_while_it_runs(page):
    page.ask("set-up", **MOONS)
    page.ask("step")
    page.status("paused")
    before = page.network.parameters.copies()
    page.ask("change", rate=1e-30)
    page.ask("step", steps=2)
    page.wait("train.frame", lambda frame: frame["step"] == 3 and frame["status"] == "paused")
    for name, values in page.network.parameters.items():
        np.testing.assert_array_equal(values, before[name])


def test_slow_is_slow(page):
    page.ask("set-up", **{**MOONS, "epochs": 5000})
    page.ask("start", speed="slow")
    time.sleep(0.6)
    page.ask("pause")
    assert 2 <= page.status("paused")["step"] <= 40  # 20 a second, on a machine that has other things to do


def test_layers_are_those_of_a_trace(page):
    answer = page.ask("set-up", **MOONS)
    x, t, _, _ = rows(answer)
    trace = page.network.trace(x, t)
    first, last = answer["layers"]["layers"]
    assert first["activations"]["size"] == pytest.approx(np.abs(trace["A1"]).mean(), rel=1e-5)
    assert last["gradients"]["size"] == pytest.approx(np.abs(trace["dW2"]).mean(), rel=1e-5)
    assert last["gradients"]["counts"].sum() == 12
    assert first["activations"]["counts"].sum() == 42 * 6
    np.testing.assert_array_equal(first["weights"], page.network.parameters["W1"])
    assert first["planes"].shape == (6, 18 * 18)


def test_a_rate_too_large_diverges_and_the_doctor_says_why(page):
    page.ask(
        "set-up",
        data={"kind": "line", "count": 60, "noise": 0.1, "test": 0.2},
        layers=[],
        output="squares",
        rate=30.0,
        epochs=300,
    )
    page.ask("start", speed="full")
    assert page.status("stopped")["reason"].startswith("not finite")
    told = page.wait("train.findings", lambda content: content["findings"]["en"])
    codes = {finding["code"] for finding in told["findings"]["en"]}
    assert codes & {"diverged", "learning-rate-too-large", "not-finite"}
    assert all(finding["title"] != "" for finding in told["findings"]["ko"])
    with pytest.raises(RefusedError, match="Reset"):
        page.ask("start")


def test_the_doctor_sees_overfitting_in_what_the_charts_show(page):
    page.ask(
        "set-up",
        data={"kind": "moons", "count": 60, "noise": 0.35, "test": 0.5},
        layers=[{"units": 64, "activation": "relu"}] * 2,
        output="softmax",
        optimizer="adam",
        rate=0.02,
        epochs=400,
    )
    page.ask("start", speed="full")
    frame = page.status("finished")
    assert frame["testLoss"] > 2 * np.nanmin(frame["course"]["testLoss"])
    told = page.wait("train.findings", lambda content: content["step"] == 400)
    assert "overfitting" in {finding["code"] for finding in told["findings"]["en"]}


def test_a_page_that_has_gone_pauses_its_training(page, monkeypatch):
    monkeypatch.setattr("glassnet.playground.training.live_training.ALONE_SECONDS", 0.2)
    monkeypatch.setattr("glassnet.playground.training.live_training.UNSEEN_SECONDS", 0.05)
    page.ask("set-up", **{**MOONS, "epochs": 5000})
    page.ask("start", speed="full")
    page.wait("train.frame", lambda frame: frame["step"] > 10)
    page.session.attach(None)
    training = page.session.room(Trainings).current
    end = time.monotonic() + 10
    while training.status != "paused" and time.monotonic() < end:
        time.sleep(0.02)
    assert training.status == "paused"
    page.session.attach(page._hear)
    page.told.clear()
    page.ask("change", view="plane")
    page.status("paused")


def test_the_end_of_a_session_ends_its_thread(page):
    page.ask("set-up", **{**MOONS, "epochs": 5000})
    page.ask("start", speed="full")
    training = page.session.room(Trainings).current
    page.session.close()
    assert not training._thread.is_alive()
    with pytest.raises(RefusedError, match="over"):
        training.baton.ask(lambda: None)


def test_the_model_is_saved_and_kept_as_it_stands(page, tmp_path):
    page.ask("set-up", **MOONS)
    page.ask("step", steps=2)
    page.status("paused")
    path = tmp_path / "own.safetensors"
    path.write_bytes(page.ask("save")["bytes"].tobytes())
    saved = gn.load(path)
    np.testing.assert_array_equal(saved.parameters["W1"], page.network.parameters["W1"])
    name = page.ask("keep", title="mine")["name"]
    kept = page.session.room(OpenModels).network(name)
    page.ask("step")
    page.wait("train.frame", lambda frame: frame["step"] == 3 and frame["status"] == "paused")
    np.testing.assert_array_equal(kept.parameters["W1"], saved.parameters["W1"])
    assert 0 <= kept.metadata["test_accuracy"] <= 1


def test_a_table_of_ones_own(page, tmp_path, monkeypatch, capsys):
    told = page.ask("upload", name="sticks.csv", bytes=np.frombuffer(TABLE, np.uint8))
    assert told == {"name": "sticks.csv", "columns": ["length", "width", "kind"], "label": 2}
    own = {**MOONS, "data": {"kind": "own", "label": 2, "test": 0.25, "scale": True}}
    answer = page.ask("set-up", **own)
    assert answer["classes"] == ["long", "short"]
    assert answer["columns"] == ["length", "width"]
    page.ask("start", speed="full")
    frame = page.status("finished")
    page.ask("change", view="confusion")
    counts = page.wait("train.frame", lambda frame: frame["view"]["name"] == "confusion")["view"]["counts"]
    assert counts.sum() == answer["test"] == 10
    assert np.trace(counts) / 10 == frame["testAccuracy"]
    (tmp_path / "sticks.csv").write_bytes(TABLE)
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(answer["code"], scope)
    capsys.readouterr()
    for name, values in page.network.parameters.items():
        np.testing.assert_array_equal(values, scope["network"].parameters[name])
    answer = page.ask("set-up", **{**own, "data": {**own["data"], "scale": False}, "layers": []})
    assert answer["points"]["x"].max() == 6  # the columns as they stand


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04archive", "no CSV"),
        (b"a,b\x00", "no CSV"),
        (b"", "no row"),
        (b"only\n1\n", "one column"),
        ("값,b\n1,2\n".encode("cp949"), "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_kindly(page, content, words):
    with pytest.raises(RefusedError, match=words) as refused:
        page.ask("upload", name="mine.csv", bytes=np.frombuffer(content, np.uint8))
    assert "mine.csv" in str(refused.value)
    assert "/tmp" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "label", "words"),
    [
        (b"a,b,label\n1,2,0\n1,x,1\n", 2, "line 3, column 2"),
        (b"a,b,label\n1,2,0\n1,3,0\n", 2, "same label"),
        (b"a,b,label\n1,2,0\n1,3,0\n", 7, "no column 8"),
        (b"a,b,label\n1,2,0\n", 2, "at least 2"),
    ],
)
def test_what_cannot_be_learned_is_said(page, content, label, words):
    page.ask("upload", name="mine.csv", bytes=np.frombuffer(content, np.uint8))
    with pytest.raises(RefusedError, match=words):
        page.ask("set-up", **{**MOONS, "data": {"kind": "own", "label": label}})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"layers": [{"units": 2048, "activation": "relu"}] * 8}, "train-too-many-parameters"),
        ({"data": {"kind": "moons", "count": 2000}, "batch": 1, "epochs": 10_000}, "train-too-many-steps"),
        ({"data": {"kind": "own"}}, "train-no-table"),
        ({"data": {"kind": "line"}}, "train-loss-values"),
    ],
)
def test_bounds_are_held(page, changes, code):
    with pytest.raises(RefusedError) as refused:
        page.ask("set-up", **{**MOONS, **changes})
    assert refused.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"layers": [{"units": 2, "activation": "tanh"}] * 9},
        {"layers": [{"units": 4096, "activation": "tanh"}]},
        {"layers": "8:tanh"},
        {"output": "own_loss"},
        {"rate": float("nan")},
        {"rate": -1},
        {"epochs": 0},
        {"seed": -1},
        {"data": {"kind": "elsewhere"}},
    ],
)
def test_rubbish_is_refused(page, changes):
    with pytest.raises(gn.GlassnetError):
        page.ask("set-up", **{**MOONS, **changes})


@pytest.mark.parametrize("rate", [100.0, 1000.0])
def test_a_training_that_diverges_says_so_and_goes_on_answering(page, rate):
    curve = {"kind": "curve", "count": 60, "noise": 0.1, "test": 0.3}
    layers = [{"units": 16, "activation": "relu"}]
    wishes = {**MOONS, "data": curve, "layers": layers, "output": "squares", "rate": rate, "epochs": 200}
    page.ask("set-up", **wishes, speed="full")
    page.ask("start")
    page.wait("train.frame", lambda frame: frame["status"] in {"stopped", "finished"})
    assert page.ask("save")


def test_a_step_that_would_take_too_much_memory_is_refused(page):
    wide = [{"units": 2048, "activation": "relu"}] * 3
    mnist = {"kind": "mnist", "count": 60_000, "noise": 0.0, "test": 0.3}
    with pytest.raises(RefusedError, match="Take smaller batches"):
        page.ask("set-up", **{**MOONS, "data": mnist, "layers": wide, "batch": 0})
