"""Callbacks: when they are called, what they are given, what happens when they fail; early stopping; Evaluate."""

import signal

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError
from glassnet.training.callbacks import Callback, EarlyStopping, Evaluate


class Recorder(Callback):
    """Writes down what is called."""

    def __init__(self, calls, name=""):
        self.calls, self.name = calls, name

    def on_train_begin(self, run):
        self.calls.append(f"begin{self.name}")

    def on_gradients(self, run):
        self.calls.append(f"gradients{self.name} {run.step}")

    def on_step_end(self, run):
        self.calls.append(f"step{self.name} {run.step}")

    def on_epoch_end(self, run):
        self.calls.append(f"epoch{self.name} {run.epoch}")

    def on_train_end(self, run):
        self.calls.append(f"end{self.name}")


def test_they_are_called_in_order(clusters, classifier):
    calls = []
    classifier().fit(*clusters, epochs=2, batch_size=15, callbacks=[Recorder(calls)], verbose=0)
    assert calls == [
        "begin",
        "gradients 0", "step 1", "gradients 1", "step 2", "epoch 1",
        "gradients 2", "step 3", "gradients 3", "step 4", "epoch 2",
        "end",
    ]  # fmt: skip


def test_several_are_called_one_after_the_other(clusters, classifier):
    calls = []
    classifier().fit(
        *clusters, epochs=1, batch_size="full", callbacks=(Recorder(calls, "A"), Recorder(calls, "B")), verbose=0
    )
    assert calls == [
        "beginA",
        "beginB",
        "gradientsA 0",
        "gradientsB 0",
        "stepA 1",
        "stepB 1",
        "epochA 1",
        "epochB 1",
        "endA",
        "endB",
    ]


def test_a_function_is_called_after_each_epoch(clusters, classifier):
    seen = []
    net = classifier()
    history = net.fit(
        *clusters, epochs=3, callbacks=[lambda run: seen.append((run.epoch, run.metrics["loss"]))], verbose=0
    )
    assert seen == list(zip([1, 2, 3], history["loss"], strict=True))


def test_the_run_says_where_training_is(clusters, classifier):
    x, t = clusters
    net = classifier()

    def look(run):
        assert run.network is net
        assert (run.epochs, run.steps_per_epoch, run.total_steps, run.rows, run.samples) == (2, 4, 8, 30, 30)
        assert run.learning_rate == 0.1
        assert set(run.metrics) == set(run.metric_names) == set(run.history.epochs)
        assert {"X", "t", "Z1", "A2", "loss", "dW1", "db2"} <= set(run.batch)

    net.fit(x, t, optimizer=gn.SGD(0.1), epochs=2, batch_size=8, callbacks=[look], verbose=0)


def test_stopping_from_a_function_and_before_an_update(clusters, classifier):
    history = classifier().fit(
        *clusters, epochs=9, callbacks=[lambda run: run.stop("enough") if run.epoch == 2 else None], verbose=0
    )
    assert history["epoch"] == [1, 2]
    assert history.stopped == "enough"

    class Refuse(Callback):
        def on_gradients(self, run):
            if run.step == 1:
                run.stop("no more")
                run.stop("a second reason does not count")

    net, other = classifier(), classifier()
    history = net.fit(*clusters, epochs=9, batch_size=8, callbacks=[Refuse()], verbose=0)
    assert history.stopped == "no more"
    assert history.steps["step"] == [1]
    other.fit(*clusters, batch_size=8, max_steps=1, verbose=0)
    assert np.array_equal(net.parameters.flat, other.parameters.flat)


class Failing(Callback):
    def __init__(self, method, error=ZeroDivisionError):
        def fail(run):
            raise error(method)

        setattr(self, method, fail)


@pytest.mark.parametrize("verbose", [0, 1])
@pytest.mark.parametrize("method", ["on_train_begin", "on_gradients", "on_step_end", "on_epoch_end", "on_train_end"])
def test_an_error_in_a_callback_comes_through_and_all_others_are_ended(method, verbose, clusters, classifier):
    calls = []
    callbacks = [Recorder(calls, "A"), Failing(method), EarlyStopping("loss"), Recorder(calls, "B")]
    with pytest.raises(ZeroDivisionError, match=method):
        classifier().fit(*clusters, epochs=2, callbacks=callbacks, verbose=verbose)
    assert calls[0] == "beginA"
    assert calls.count("endA") == 1
    begun = method != "on_train_begin"  # B's turn to begin never came, and so it is not ended
    assert calls.count("beginB") == calls.count("endB") == begun


def test_the_first_error_is_not_masked_by_one_at_the_end(clusters, classifier):
    class Both(Callback):
        def on_epoch_end(self, run):
            raise ZeroDivisionError("the cause")

        def on_train_end(self, run):
            raise ValueError("a consequence")

    calls = []
    with pytest.raises(ZeroDivisionError, match="the cause"):
        classifier().fit(*clusters, callbacks=[Both(), Both(), Recorder(calls)], verbose=0)
    assert calls[-1] == "end"


def test_after_an_error_the_network_can_be_resumed(clusters, classifier):
    net = classifier()
    with pytest.raises(ZeroDivisionError):
        net.fit(*clusters, epochs=5, batch_size=8, callbacks=[lambda run: 1 / (2 - run.epoch)], verbose=0)
    assert net.training_state.epoch == 2
    assert net.metadata["training"]["stopped"] == "ended by ZeroDivisionError"
    assert net.fit(*clusters, epochs=1, batch_size=8, resume=True, verbose=0)["epoch"] == [3]


# Early stopping


class Metric(Callback):
    """Puts a crafted sequence in the place of a metric, and marks the parameters and the state with the epoch."""

    def __init__(self, name, values):
        self.name, self.values = name, values

    def on_epoch_end(self, run):
        run.metrics[self.name] = self.values[run.epoch - 1]
        run.network.parameters.flat[...] = run.epoch
        run.network.state.flat[...] = 10 * run.epoch


def stopped(values, monitor="val_loss", epochs=None, **settings):
    net = gn.Network([gn.Dense(2, 3), gn.BatchNorm(), gn.Softmax()])
    x, t = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), [0, 1, 2]
    history = net.fit(
        x, t, epochs=epochs or len(values), validation_data=(x, t),
        callbacks=[Metric(monitor, values), EarlyStopping(monitor, **settings)], verbose=0,
    )  # fmt: skip
    return net, history


@pytest.mark.parametrize(
    ("values", "settings", "last", "best"),
    [
        ([5, 4, 3, 4, 4, 4, 2, 1], {"patience": 3}, 6, 3),  # 3 epochs without a better one than the third
        ([5, 4, 3, 4, 4, 2, 3, 3, 3], {"patience": 3}, 9, 6),  # it begins to count anew
        ([5, 4, 3, 4], {"patience": 1}, 4, 3),
        ([5, 5, 5], {"patience": 2}, 3, 1),  # as good is not better
        ([5.0, 4.9, 4.8, 4.7], {"patience": 2, "min_delta": 0.25}, 3, 1),
        ([5.0, 4.9, 4.8, 4.7], {"patience": 3, "min_delta": 0.15}, 4, 3),  # better by 0.2 than the best
        ([5, np.nan, np.nan, 4], {"patience": 2}, 3, 1),  # nan is not better
        ([np.nan, 3, 4], {"patience": 5}, 3, 2),
        ([5, 4, 3, 2], {"patience": 1}, 4, 4),
        ([5, 4, 3, 3], {"patience": 5}, 4, 3),  # the best come back at the usual end too
    ],
)
def test_patience_counted_by_hand(values, settings, last, best):
    net, history = stopped(values, **settings)
    assert history["epoch"][-1] == last
    assert history.best_epoch == best
    assert set(net.parameters.flat) == {best}
    assert set(net.state.flat) == {10 * best}
    early = last < len(values) or settings["patience"] == last - best
    assert history.stopped.startswith("early stopping: val_loss no better for" if early else "all epochs done")
    assert history.stopped.endswith(f"; the parameters of epoch {best}, the best, are back") == (last != best)
    # The network is described, and goes on, as one that was trained until its best epoch.
    training = net.metadata["training"]
    assert (training["epochs"], training["steps"], training["stopped"]) == (best, best, history.stopped)
    assert (training["last_epoch"]["epoch"], training["last_epoch"]["val_loss"]) == (best, values[best - 1])
    assert (net.training_state.epoch, net.training_state.step) == (best, best)


def test_of_an_accuracy_more_is_better():
    net, history = stopped([0.5, 0.7, 0.6, 0.6, 0.9], "val_accuracy", patience=2)
    assert (history["epoch"][-1], history.best_epoch) == (4, 2)
    assert set(net.parameters.flat) == {2}


def test_the_best_need_not_come_back():
    net, history = stopped([3, 4, 5], patience=2, restore_best=False)
    assert set(net.parameters.flat) == {3}
    assert "are back" not in history.stopped


def test_that_the_best_came_back_is_said_on_the_screen(clusters, classifier, capsys):
    callbacks = [Metric("loss", [3, 2, 4]), EarlyStopping("loss")]
    history = classifier().fit(*clusters, epochs=3, callbacks=callbacks)
    assert history.stopped == "all epochs done; the parameters of epoch 2, the best, are back"
    assert capsys.readouterr().out.splitlines()[-1] == f"stopped: {history.stopped}"


@pytest.mark.parametrize("kind", ["a signal", "an exception"])
def test_ctrl_c_keeps_the_model_as_it_stands(kind, clusters, classifier):
    def press(run):
        if run.epoch == 3:
            if kind == "an exception":
                raise KeyboardInterrupt
            signal.raise_signal(signal.SIGINT)

    net, plain = classifier(), classifier()
    # Of the learning rate less is better, and it never is: the first epoch is the best.
    callbacks = [EarlyStopping("learning_rate", patience=9), press]
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        history = net.fit(*clusters, epochs=9, callbacks=callbacks, verbose=0)
    finally:
        signal.signal(signal.SIGINT, usual)
    plain.fit(*clusters, epochs=3, verbose=0)
    assert history.best_epoch == 1
    assert np.array_equal(net.parameters.flat, plain.parameters.flat)
    assert history.stopped.startswith("interrupted")
    assert "are back" not in history.stopped
    assert net.training_state.epoch == net.metadata["training"]["last_epoch"]["epoch"] == 3


def test_ctrl_c_after_early_stopping_changes_nothing(clusters, classifier):
    def press(run):
        if run.epoch == 3:
            raise KeyboardInterrupt

    net, plain = classifier(), classifier()
    history = net.fit(*clusters, epochs=9, callbacks=[EarlyStopping("learning_rate", patience=2), press], verbose=0)
    plain.fit(*clusters, epochs=1, verbose=0)
    assert history.stopped.endswith("no better for 2 epochs; the parameters of epoch 1, the best, are back")
    assert np.array_equal(net.parameters.flat, plain.parameters.flat)


def test_no_finite_metric_restores_nothing():
    net, history = stopped([np.nan, np.nan], patience=2)
    assert set(net.parameters.flat) == {2}
    assert history.best_epoch is None


def test_one_object_serves_two_trainings(clusters, classifier):
    callback = EarlyStopping("loss", patience=2)
    for _ in range(2):
        history = classifier().fit(*clusters, epochs=4, callbacks=[callback], verbose=0)
        assert history["epoch"] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (EarlyStopping, "val_loss cannot be monitored without validation data. Pass validation_data"),
        (lambda: EarlyStopping("val_accuracy"), "val_accuracy cannot be monitored without validation data"),
        (lambda: EarlyStopping("acuracy"), r"monitor must be one of .*got 'acuracy'\. Did you mean 'accuracy'\?"),
        (lambda: EarlyStopping(3), "monitor must be the name of a metric such as 'val_loss', got 3"),
        (lambda: EarlyStopping("loss", patience=0), "patience must be an integer of at least 1, got 0"),
        (lambda: EarlyStopping("loss", min_delta=-1), "min_delta must be"),
        (lambda: Evaluate([[1.0, 2.0]], [0], every_samples=0), "every_samples must be"),
        (lambda: Evaluate([[1.0]], [0], every_samples=1), r"x must have the shape \(N, 2\)"),
        (lambda: Evaluate([[1.0, 2.0]], [3], every_samples=1), "a label must be a whole number from 0 to 2, got 3"),
    ],
)
def test_settings_that_cannot_be_are_told_before_training(make, words, clusters, classifier):
    net = classifier()
    before = net.parameters.flat.copy()
    with pytest.raises(gn.GlassnetError, match=words):
        net.fit(*clusters, callbacks=[make()], verbose=0)
    assert np.array_equal(net.parameters.flat, before)
    assert net.training_state is None


# Evaluate


def test_evaluate_measures_every_so_many_samples(clusters, classifier):
    x, t = clusters
    net = classifier()
    reports = []
    evaluate = Evaluate(x, t, every_samples=20, report=lambda run: reports.append(net.accuracy(x, t)))
    untrained = net.loss(x, t), net.accuracy(x, t)
    history = net.fit(x, t, epochs=2, batch_size=8, callbacks=[evaluate], verbose=0)
    # 8, 16, 24 | 30, 38, 46 | 54, 60: due at 0, 20, 40, 60.
    assert history.evaluations["samples"] == [0, 24, 46, 60]
    assert history.evaluations["step"] == [0, 3, 6, 8]
    assert (history.evaluations["loss"][0], history.evaluations["accuracy"][0]) == untrained
    assert history.evaluations["loss"][-1] == net.loss(x, t)
    assert history.evaluations["accuracy"] == reports


def test_evaluate_of_a_regression_and_with_large_batches(line):
    x, t = [[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0]
    history = line().fit(x, t, epochs=2, callbacks=[Evaluate(x, t, every_samples=1)], verbose=0)
    assert history.evaluations["samples"] == [0, 3, 6]
    assert "accuracy" not in history.evaluations


def test_evaluation_changes_no_bit(clusters):
    def trained(*callbacks):
        net = gn.Network([gn.Dense(2, 4), gn.BatchNorm(), gn.Dropout(0.5), gn.Dense(4, 3), gn.Softmax()])
        net.fit(*clusters, epochs=2, batch_size=8, callbacks=callbacks, verbose=0)
        return net.parameters.flat.tobytes() + net.state.flat.tobytes()

    assert trained(Evaluate(*clusters, every_samples=1)) == trained()


@pytest.mark.parametrize("asked", [1.5, "x", True])
def test_what_is_no_number_of_steps_is_refused_by_name(clusters, classifier, asked):
    pytest.importorskip("numba", reason="the reference executor asks nobody", exc_type=ImportError)

    class Asks(gn.callbacks.Callback):
        def steps_to_next(self, run):
            return asked

    with pytest.raises(
        (ArgumentError, ArgumentTypeError), match=r"Asks\.steps_to_next returns must be an integer, got"
    ):
        classifier().fit(*clusters, callbacks=[Asks()], executor="compiled", verbose=0)
