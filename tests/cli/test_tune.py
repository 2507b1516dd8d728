"""`glassnet tune`: a search that keeps its best, goes on, and leaves the test samples alone."""

import json

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.search import kept_trial, with_validation

optuna = pytest.importorskip("optuna", reason="optuna is not installed")


@pytest.fixture(scope="module")
def heaps(tmp_path_factory):
    """A table of three heaps, which any network tells apart that learns at all."""
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("heaps") / "heaps.csv"
    lines = [f"{3 * (i % 3) + rng.normal():.3f},{rng.normal():.3f},{'abc'[i % 3]}" for i in range(150)]
    path.write_text("x,y,kind\n" + "\n".join(lines) + "\n")
    return path


@pytest.fixture
def tune(glassnet, heaps, tmp_path):
    def run(*arguments, trials=3, out=tmp_path / "out"):
        given = ["tune", "--data", heaps, "--label-column", "kind", "--out", out, "--executor", "reference"]
        return glassnet(*given, "--epochs", 3, "--trials", trials, *arguments)

    return run


def test_it_leaves_the_best_model_and_a_report(tune, heaps, tmp_path):
    status, lines, error = tune("--json", trials=6)
    assert status == 0, error
    result = json.loads(lines[-1])
    assert [line for line in lines if line.startswith("trial ")][-1].startswith("trial   6")
    assert result["trials"] == 6 == result["complete"] + result["pruned"]
    network = gn.load(tmp_path / "out" / "model.safetensors")
    assert network.metadata["tuned"]["val_accuracy"] == result["val_accuracy"]
    assert network.metadata["tuned"]["trial"] + 1 == result["trial"]
    report = (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
    assert f"{result['test_accuracy']:.2%}** on the 15 test samples, which chose" in report
    # The same model is what `evaluate` measures with the same split of the data.
    data = gn.load_data(heaps, label_column="kind")
    order = np.random.default_rng([0, 4]).permutation(150)
    test = np.sort(order[:15])
    card = network.card(gn.Dataset(data.x_train[test], data.t_train[test], class_names=data.class_names, source="test"))
    assert card.measured.accuracy == result["test_accuracy"]


def test_the_same_seed_finds_the_same(tune, tmp_path):
    results = [json.loads(tune("--json", "--quiet", out=tmp_path / name)[1][-1]) for name in ("a", "b")]
    other = json.loads(tune("--json", "--quiet", "--seed", 1, out=tmp_path / "c")[1][-1])
    assert results[0]["best"] == results[1]["best"] != other["best"]
    models = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("a", "b")]
    assert models[0] == models[1]


def test_it_goes_on_and_keeps_the_best(tune, tmp_path):
    first = json.loads(tune("--json", "--quiet")[1][-1])
    status, _, error = tune("--quiet")
    assert (status, "Say --resume" in error) == (1, True)
    second = json.loads(tune("--json", "--quiet", "--resume")[1][-1])
    assert second["trials"] == 6
    assert second["val_accuracy"] >= first["val_accuracy"]
    status, _, error = tune("--quiet", "--resume", "--seed", 5)
    assert (status, "a search on other data or settings" in error) == (1, True)
    status, _, error = tune("--resume", out=tmp_path / "new")
    assert (status, "there is no search to go on with" in error) == (1, True)


def of_one_trial(result, folder):
    """Say whether report, JSON and model are of the same trial, and the model is what was measured."""
    tuned = gn.load(folder / "model.safetensors").metadata["tuned"]
    assert tuned == {"trial": result["trial"] - 1, "val_accuracy": result["val_accuracy"], **result["best"]}
    report = (folder / "report.md").read_text(encoding="utf-8")
    assert f"trial {result['trial']}: {result['val_accuracy']:.2%} on those" in report
    assert f"| {result['trial']} | {result['val_accuracy']:.2%} |" in report
    return report


@pytest.fixture
def worse(monkeypatch):
    """Let all trainings from now on end with half the accuracy."""
    fit = gn.Network.fit

    def halved(self, *arguments, **settings):
        history = fit(self, *arguments, **settings)
        history.epochs["val_accuracy"] = [value / 2 for value in history.epochs["val_accuracy"]]
        return history

    return lambda: monkeypatch.setattr(gn.Network, "fit", halved)


def test_a_model_that_is_gone_is_not_what_is_reported(tune, tmp_path, worse):
    out = tmp_path / "out"
    first = json.loads(tune("--json", "--quiet", trials=1)[1][-1])
    assert "whose model is there" not in of_one_trial(first, out)
    (out / "model.safetensors").unlink()
    worse()
    second = json.loads(tune("--json", "--quiet", "--resume", trials=1)[1][-1])
    assert (second["trial"], second["val_accuracy"] < first["val_accuracy"]) == (2, True)
    report = of_one_trial(second, out)
    assert "The best whose model is there, trial 2" in report
    assert f"| 1 | {first['val_accuracy']:.2%} |" in report


def test_a_search_killed_before_it_noted_a_trial_keeps_its_model(tune, tmp_path, worse, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(*_, **__):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(optuna.study.Study, "tell", killed)
        with pytest.raises(Killed):
            tune("--quiet", trials=1)
    worse()
    result = json.loads(tune("--json", "--quiet", "--resume", trials=1)[1][-1])
    assert (result["trial"], result["trials"], result["complete"]) == (1, 2, 1)
    of_one_trial(result, tmp_path / "out")


def test_a_journal_that_was_cut_goes_on_and_a_damaged_one_is_said(tune, tmp_path):
    tune("--quiet", trials=2)
    log = tmp_path / "out" / "study.log"
    whole = log.read_bytes()
    log.write_bytes(whole[:-20])
    with pytest.warns(UserWarning, match="was cut short"):
        tune("--quiet", "--resume", trials=1)
    status, lines, error = tune("--json", "--quiet", "--resume", trials=1)
    assert (status, json.loads(lines[-1])["trials"]) == (0, 4), error
    for damaged in (whole + b"garbage\n", whole + b"[1]\n", bytes(range(256)) + b"\n"):
        log.write_bytes(damaged)
        status, _, error = tune("--quiet", "--resume", trials=1)
        assert (status, "study.log is no journal of a search, or is damaged" in error) == (1, True), error


@pytest.mark.parametrize("tuned", [None, "best", {"trial": 7, "val_accuracy": 1.0}, {"trial": 0, "val_accuracy": "1"}])
def test_a_model_of_another_search_is_not_taken_for_this_one_s(tuned, tmp_path):
    network = gn.Network([gn.Dense(2, 2), gn.Softmax()])
    network.metadata = {} if tuned is None else {"tuned": tuned}
    network.save(tmp_path / "model.safetensors")
    study = optuna.create_study()
    study.add_trial(optuna.trial.create_trial(value=0.5))
    assert kept_trial(study, tmp_path) is None
    network.metadata = {"tuned": {"trial": 0, "val_accuracy": 0.5}}
    network.save(tmp_path / "model.safetensors")
    kept = kept_trial(study, tmp_path)
    assert kept is not None
    assert (kept.number, kept.value, kept.params) == (0, 0.5, {})


def test_ctrl_c_keeps_the_best_so_far(tune, tmp_path, monkeypatch):
    fit, calls = gn.Network.fit, []

    def interrupted(self, *arguments, **settings):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return fit(self, *arguments, **settings)

    monkeypatch.setattr(gn.Network, "fit", interrupted)
    status, lines, _ = tune("--json", trials=9)
    assert status == 130
    result = json.loads(lines[-1])
    assert (result["trials"], result["complete"]) == (3, 2)
    assert gn.load(tmp_path / "out" / "model.safetensors").metadata["tuned"]["val_accuracy"] == result["val_accuracy"]
    monkeypatch.setattr(gn.Network, "fit", fit)
    assert tune("--resume", "--quiet", trials=1)[0] == 0


def test_time_ends_it(tune):
    status, lines, error = tune("--json", "--time", 1e-9)
    assert (status, "no trial came to its end" in error) == (1, True)
    status, lines, _ = tune("--json", "--time", 600, "--resume", trials=1)
    assert (status, json.loads(lines[-1])["trials"]) == (0, 1)


def test_the_samples_to_compare_by_are_taken_out():
    x = np.arange(20.0)[:, None]
    data = gn.Dataset(x, np.arange(20) % 2, x[:3], np.arange(3) % 2, ("a", "b"))
    rest, (x_validation, t_validation) = with_validation(data, 0, 0.25)
    assert (len(rest.x_train), len(x_validation)) == (15, 5)
    assert sorted(np.concatenate([rest.x_train, x_validation]).ravel()) == x.ravel().tolist()
    assert np.array_equal(t_validation, x_validation.ravel() % 2)
    assert rest.x_test is data.x_test


def test_what_cannot_be_is_said(tune, glassnet, tmp_path):
    for arguments, words in [(("--trials", 0), "--trials: it must be an integer of at least 1"),
                             (("--time", 0), "--time: it must be a finite number above 0"),
                             (("--validation", 1.0), "--validation: it must be a finite number above 0")]:  # fmt: skip
        status, _, error = tune(*arguments)
        assert (status, words in error) == (2, True), error
    values = tmp_path / "values.csv"
    values.write_text("x,y\n" + "\n".join(f"{i},{i / 7}" for i in range(30)) + "\n")
    status, _, error = glassnet("tune", "--data", values, "--label-column", "y", "--out", tmp_path / "v")
    assert (status, "this has values as targets" in error) == (1, True)
