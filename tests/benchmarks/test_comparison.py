"""That contestants are compared as promised; nothing here depends on how long anything takes."""

import json

import numpy as np
import pytest

from benchmarks.comparison import Entry, Rules, fastest, race, ratio
from benchmarks.protocol import PeerError, Worker
from benchmarks.serve import Server
from benchmarks.workloads import WORKLOADS, Workload, by_name

SMALL = Workload("small", "small", (784, 12, 10), "relu", 20, steps=3, check_steps=2)


class FakeWorker:
    """Answers at once: outputs that are off by so much, and times from a list."""

    def __init__(self, off=0.0, times=(1.0,), fails_at=None):
        self.off, self.times, self.fails_at, self.asked = off, list(times), fails_at, []

    def ask(self, do, **arguments):
        self.asked.append(do)
        if do == self.fails_at:
            raise PeerError("it broke")
        outputs = np.full((5, 10), 0.1)
        replies = {
            "forms": {"forms": [""]},
            "check": {"before": outputs.tolist(), "after": (outputs + 0.2 + self.off).tolist()},
            "release": {},
        }
        if do == "burst":
            return {"seconds": self.times[len(self.asked) % len(self.times)], "steps": arguments["steps"]}
        return replies[do]

    def settle(self):
        pass


def run_race(**workers):
    return {e.peer: e for e in race(SMALL, workers, FakeWorker(), Rules(rounds=4, burst=1.0), lambda line: None)}


def test_a_peer_that_computes_something_else_is_reported_and_not_timed():
    entries = run_race(jax=FakeWorker(), torch=FakeWorker(off=0.01))
    assert len(entries["jax"].seconds) == 4
    assert entries["torch"].seconds == []
    assert "computes something else" in entries["torch"].problem


def test_a_nan_is_something_else():
    assert "computes something else" in run_race(jax=FakeWorker(off=float("nan")))["jax"].problem


@pytest.mark.parametrize("where", ["forms", "check", "burst"])
def test_a_peer_that_breaks_leaves_the_others_alone(where):
    entries = run_race(jax=FakeWorker(), torch=FakeWorker(fails_at=where))
    assert entries["torch"].problem == "it broke"
    assert len(entries["jax"].seconds) == 4


def test_a_check_that_says_little_is_no_check():
    class Unmoved(FakeWorker):
        def ask(self, do, **arguments):
            reply = super().ask(do, **arguments)
            return {**reply, "after": reply["before"]} if do == "check" else reply

    with pytest.raises(PeerError, match="says little"):
        race(SMALL, {"jax": FakeWorker()}, Unmoved(), Rules(), lambda line: None)


def test_ratios_are_those_of_the_same_round():
    # The median of the ratios 1/2, 2/4 and 9/3, where the ratio of the medians would be 2/3.
    assert ratio(Entry("glassnet", "", seconds=[1, 2, 9]), Entry("jax", "", seconds=[2, 4, 3])) == 0.5


def test_the_fastest_form_is_the_one_with_the_least_median():
    entries = [
        Entry("torch", "eager", seconds=[3, 3, 1]),
        Entry("torch", "fused", seconds=[2, 2, 9]),
        Entry("torch", "compile", problem="no compiler"),
    ]
    assert fastest(entries, "torch").form == "fused"
    assert fastest(entries, "jax") is None


def test_multiplications_of_a_step_worked_by_hand():
    # X W: 2·3·4 + 2·4·5; Xᵀ dZ the same; dZ Wᵀ of the second layer alone.
    assert Workload("w", "w", (3, 4, 5), "relu", 2).multiplications == 2 * (24 + 40) + 40


def test_workloads_by_name():
    assert [workload.name for workload in by_name("m-adam, S")] == ["M-adam", "S"]
    assert by_name(None) == list(WORKLOADS)
    with pytest.raises(ValueError, match="no workload 'XL'"):
        by_name("XL")


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_a_workload_comes_through_the_pipe_as_it_is(workload):
    assert Workload.from_json(json.loads(json.dumps(workload.as_json()))) == workload


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_lectures_loop_computes_what_the_reference_executor_computes(activation):
    workload = Workload("small", "small", (784, 12, 11, 10), activation, 20, learning_rate=0.5, check_steps=4)
    reference = Server("glassnet", 1).check(workload, "reference")
    lecture = Server("lecture", 1).check(workload, "")
    assert np.allclose(lecture["before"], reference["before"], atol=1e-6)
    assert np.allclose(lecture["after"], reference["after"], atol=1e-6)
    assert not np.allclose(lecture["after"], lecture["before"], atol=1e-2)


def test_a_worker_answers_and_says_what_went_wrong():
    worker = Worker("lecture", 1)
    try:
        assert worker.ask("forms", workload=SMALL.as_json()) == {"forms": [""]}
        assert worker.ask("burst", workload=SMALL.as_json(), form="", steps=2)["steps"] == 2
        with pytest.raises(PeerError, match=r"AttributeError: .*no_such_thing"):
            worker.ask("no_such_thing")
        assert worker.ask("release", workload=SMALL.as_json()) == {}  # it is still there
    finally:
        worker.close()


def test_a_peer_that_is_not_there_is_missing_with_a_reason():
    with pytest.raises(PeerError, match="ModuleNotFoundError"):
        Worker("no_such", 1)
