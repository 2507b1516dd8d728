"""TensorBoard's event file, read by TensorBoard's own reader."""

import sys

import numpy as np
import pytest

import glassnet as gn
from executors import EXECUTORS

event_accumulator = pytest.importorskip(
    "tensorboard.backend.event_processing.event_accumulator", reason="tensorboard is not installed"
)
SETTINGS = {"batch_size": 8, "executor": "reference", "verbose": 0}


def read(folder):
    events = event_accumulator.EventAccumulator(str(folder), size_guidance={"histograms": 0, "tensors": 0})
    events.Reload()
    return events


def test_scalars_are_the_history(tmp_path, clusters, classifier):
    net = classifier()
    history = net.fit(*clusters, epochs=3, validation_data=clusters, callbacks=[gn.callbacks.TensorBoard(tmp_path)],
                      **SETTINGS)  # fmt: skip
    events = read(tmp_path)
    for tag, name in [
        ("loss/train", "loss"), ("loss/validation", "val_loss"), ("accuracy/train", "accuracy"),
        ("accuracy/validation", "val_accuracy"), ("training/learning_rate", "learning_rate"),
    ]:  # fmt: skip
        scalars = events.Scalars(tag)
        assert [scalar.step for scalar in scalars] == [1, 2, 3]
        assert [scalar.value for scalar in scalars] == pytest.approx(history[name], rel=1e-6)


@pytest.mark.parametrize("executor", EXECUTORS)
def test_histograms_are_of_parameters_and_last_gradients(executor, tmp_path, clusters, classifier):
    net = classifier()
    kept = {}

    def keep(run):
        kept[run.epoch] = {name: run.batch[f"d{name}"].copy() for name in run.network.parameters}

    callbacks = [gn.callbacks.TensorBoard(tmp_path / "new" / "folder", histograms_every=2), keep]
    net.fit(*clusters, epochs=4, callbacks=callbacks, **{**SETTINGS, "executor": executor})
    events = read(tmp_path / "new" / "folder")
    for name, array in net.parameters.items():
        for tag, values in ((f"parameters/{name}", array), (f"gradients/{name}", kept[4][name])):
            histograms = events.Histograms(tag)
            assert [entry.step for entry in histograms] == [2, 4]
            last = histograms[-1].histogram_value
            assert (last.num, sum(last.bucket)) == (values.size, values.size)
            assert (last.min, last.max) == pytest.approx((values.min(), values.max()))
            assert last.sum == pytest.approx(values.sum(dtype=float), abs=1e-12)
            assert last.sum_squares == pytest.approx(np.square(values, dtype=float).sum())


def test_the_network_is_there_as_text(tmp_path, clusters, classifier):
    net = classifier()
    net.fit(*clusters, epochs=1, callbacks=[gn.callbacks.TensorBoard(tmp_path)], **SETTINGS)
    text, ended = (read(tmp_path).Tensors(tag)[0].tensor_proto.string_val[0].decode() for tag in ("network", "ended"))
    assert all(f"    {line}" in text for line in str(net).splitlines())
    assert ended == "all epochs done"


def test_a_resumed_training_goes_on_in_the_folder(tmp_path, clusters, classifier):
    net, callback = classifier(), gn.callbacks.TensorBoard(tmp_path, histograms_every=0)
    net.fit(*clusters, epochs=2, callbacks=[callback], **SETTINGS)
    net.fit(*clusters, epochs=1, callbacks=[callback], resume=True, **SETTINGS)
    events = read(tmp_path)
    assert [scalar.step for scalar in events.Scalars("loss/train")] == [1, 2, 3]
    assert events.Tags()["histograms"] == []


def test_what_cannot_be_is_said(tmp_path, clusters, classifier, monkeypatch):
    with pytest.raises(gn.GlassnetError, match="histograms_every must be an integer of at least 0"):
        gn.callbacks.TensorBoard(tmp_path, histograms_every=-1)
    (tmp_path / "file").write_text("")
    with pytest.raises(gn.GlassnetError, match="events cannot be written to"):
        classifier().fit(*clusters, callbacks=[gn.callbacks.TensorBoard(tmp_path / "file")], **SETTINGS)
    for name in [name for name in sys.modules if name.split(".")[0] == "tensorboard"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(gn.GlassnetError, match=r"needs tensorboard, which .*pip install \"?glassnet\[tensorboard\]"):
        classifier().fit(*clusters, callbacks=[gn.callbacks.TensorBoard(tmp_path)], **SETTINGS)


def test_a_new_training_in_a_used_folder_warns_and_a_resumed_one_does_not(tmp_path, clusters, classifier):
    net, callbacks = classifier(), [gn.callbacks.TensorBoard(tmp_path)]
    net.fit(*clusters, epochs=1, callbacks=callbacks, **SETTINGS)
    net.fit(*clusters, epochs=1, callbacks=callbacks, resume=True, **SETTINGS)
    with pytest.warns(UserWarning, match="has events of another training, which stay"):
        net.fit(*clusters, epochs=1, callbacks=callbacks, **SETTINGS)
