"""Optuna's pruning, with Optuna's own study."""

import pytest

import glassnet as gn

optuna = pytest.importorskip("optuna", reason="optuna is not installed")
optuna.logging.set_verbosity(optuna.logging.ERROR)
SETTINGS = {"batch_size": 8, "executor": "reference", "verbose": 0}


def test_what_promises_nothing_is_pruned(clusters, classifier):
    lengths = []

    def objective(trial):
        net = classifier()
        rate = 0.1 if trial.number < 3 else 1e-6
        callbacks = [gn.callbacks.OptunaPruning(trial), lambda run: lengths.append((trial.number, run.epoch))]
        history = net.fit(*clusters, optimizer=gn.SGD(rate), epochs=5, validation_data=clusters, callbacks=callbacks,
                          **SETTINGS)  # fmt: skip
        return history["val_loss"][-1]

    study = optuna.create_study(direction="minimize", pruner=optuna.pruners.MedianPruner(n_startup_trials=3))
    study.optimize(objective, n_trials=4)
    assert [trial.state.name for trial in study.trials] == ["COMPLETE"] * 3 + ["PRUNED"]
    assert list(study.trials[0].intermediate_values) == [1, 2, 3, 4, 5]
    assert [epoch for number, epoch in lengths if number == 0] == [1, 2, 3, 4, 5]
    assert 1 <= len(study.trials[3].intermediate_values) < 5


def test_callbacks_are_ended_and_the_reason_is_kept(clusters, classifier):
    class Gives:
        def report(self, value, step):
            self.reported = (value, step)

        def should_prune(self):
            return True

    class Ends(gn.callbacks.Callback):
        ended = ""

        def on_train_end(self, run):
            self.ended = run.ending

    trial, ends, net = Gives(), Ends(), classifier()
    with pytest.raises(optuna.TrialPruned, match="pruned: the pruner gives it up after epoch 1"):
        net.fit(*clusters, callbacks=[gn.callbacks.OptunaPruning(trial, "loss"), ends], **SETTINGS)
    assert ends.ended.startswith("pruned")
    assert trial.reported == (net.metadata["training"]["last_epoch"]["loss"], 1)


def test_what_cannot_be_is_said(clusters, classifier):
    with pytest.raises(gn.GlassnetError, match="trial must be what Optuna gives"):
        gn.callbacks.OptunaPruning("trial")
    trial = optuna.create_study(direction="maximize").ask()
    for monitor, words in [
        ("val_loss", "without validation data"),
        ("loss", "direction='minimize'"),
        ("los", "Did you"),
    ]:
        with pytest.raises(gn.GlassnetError, match=words):
            classifier().fit(*clusters, callbacks=[gn.callbacks.OptunaPruning(trial, monitor)], **SETTINGS)


def test_a_study_of_several_objectives_is_refused(clusters, classifier):
    trial = optuna.create_study(directions=["minimize", "maximize"]).ask()
    with pytest.raises(gn.GlassnetError, match="must have one direction to prune by, got 2"):
        classifier().fit(*clusters, validation_data=clusters, callbacks=[gn.callbacks.OptunaPruning(trial)], **SETTINGS)


def test_a_slip_in_the_name_is_not_blamed_on_validation_data(clusters, classifier):
    trial = optuna.create_study().ask()
    with pytest.raises(gn.GlassnetError, match="monitor must be one of"):
        classifier().fit(*clusters, callbacks=[gn.callbacks.OptunaPruning(trial, "val_los")], **SETTINGS)
