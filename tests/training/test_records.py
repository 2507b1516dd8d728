"""Checkpoints and the CSV log: what the files hold, and what becomes of files that were there before."""

import csv
import json
import os

import numpy as np
import pytest

import glassnet as gn
from glassnet.training.callbacks import Callback, Checkpoint, CSVLog, EarlyStopping, JSONLog


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_checkpoint_holds_the_network_of_its_epoch(tmp_path, clusters, classifier):
    x, t = clusters
    states = {}
    net = classifier()
    net.preprocessing = {"kind": "table"}
    net.fit(
        x, t, optimizer=gn.Adam(0.05), epochs=4, batch_size=8, verbose=0,
        callbacks=[
            Checkpoint(tmp_path / "epoch{epoch}.safetensors", every=2),
            Checkpoint(str(tmp_path / "last.safetensors")),
            lambda run: states.update({run.epoch: run.network.parameters.flat.copy()}),
        ],
    )  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "epoch2.safetensors", "epoch4.safetensors", "last.safetensors",
    ]  # fmt: skip
    for epoch, name in ((2, "epoch2"), (4, "epoch4"), (4, "last")):
        loaded = gn.load(tmp_path / f"{name}.safetensors")
        assert np.array_equal(loaded.parameters.flat, states[epoch])
        assert loaded.preprocessing == {"kind": "table"}
        training = loaded.metadata["training"]
        assert (training["epochs"], training["steps"], training["stopped"]) == (epoch, 4 * epoch, "not yet")
        assert training["last_epoch"]["epoch"] == epoch


def test_a_checkpoint_of_the_first_fit_can_be_resumed(tmp_path, clusters, classifier):
    path = tmp_path / "model.safetensors"
    whole, part = classifier(), classifier()
    whole.fit(*clusters, optimizer=gn.Adam(0.05), epochs=4, batch_size=8, verbose=0)
    part.fit(*clusters, optimizer=gn.Adam(0.05), epochs=2, batch_size=8, callbacks=[Checkpoint(path)], verbose=0)
    resumed = gn.load(path)
    history = resumed.fit(*clusters, epochs=2, batch_size=8, resume=True, verbose=0)
    assert history["epoch"] == [3, 4]
    assert np.array_equal(resumed.parameters.flat, whole.parameters.flat)


def test_only_the_best_is_kept(tmp_path, clusters, classifier):
    path = tmp_path / "best.safetensors"

    class Metric(Callback):
        def on_epoch_end(self, run):
            run.metrics["accuracy"] = [0.1, 0.5, 0.3, 0.5, 0.4][run.epoch - 1]

    classifier().fit(*clusters, epochs=5, callbacks=[Metric(), Checkpoint(path, monitor="accuracy")], verbose=0)
    assert gn.load(path).metadata["training"]["epochs"] == 2


@pytest.mark.parametrize("metric", ["val_loss", "val_accuracy"])
@pytest.mark.parametrize("resumed", ["the same network", "the best file", "the last file"])
def test_a_resumed_training_does_not_replace_the_best_by_worse(metric, resumed, tmp_path, clusters, classifier):
    best, last = tmp_path / "best", tmp_path / "last"
    x, t = clusters
    net = classifier()
    # The last comes before the best: what it holds must not hang on the order.
    callbacks = [Checkpoint(last), Checkpoint(best, monitor=metric)]
    settings = {"validation_data": (x, t), "callbacks": callbacks, "verbose": 0}
    net.fit(x, t, optimizer=gn.SGD(0.5), epochs=3, batch_size=5, **settings)
    kept = best.read_bytes()
    net = {"the same network": net, "the best file": gn.load(best), "the last file": gn.load(last)}[resumed]
    # From the wrong labels it learns to be worse.
    history = net.fit(x, (t + 1) % 3, optimizer=gn.SGD(0.5), epochs=3, batch_size=5, resume=True, **settings)
    assert len(history["epoch"]) == 3
    assert best.read_bytes() == kept
    # A better one does replace it, and a training that begins afresh knows no earlier one.
    history = net.fit(x, t, optimizer=gn.SGD(0.5), epochs=40, batch_size=5, resume=True, **settings)
    assert metric == "val_accuracy" or best.read_bytes() != kept
    net.fit(x, (t + 1) % 3, optimizer=gn.SGD(0.5), epochs=1, batch_size=5, **settings)
    assert gn.load(best).metadata["training"]["epochs"] == 1


@pytest.mark.parametrize(
    "metadata",
    [
        {}, {"training": 3}, {"training": {"best": [1]}}, {"training": {"best": {"loss": "a"}}},
        {"training": {"best": {"loss": float("nan")}}}, {"training": {"best": {"loss": 10**400}}},
    ],
    ids=repr,
)  # fmt: skip
def test_metadata_that_tell_no_best_value_hinder_nothing(metadata, tmp_path, clusters, classifier):
    net = classifier()
    net.fit(*clusters, epochs=1, verbose=0)
    net.metadata = metadata
    net.fit(*clusters, epochs=1, resume=True, callbacks=[Checkpoint(tmp_path / "best", monitor="loss")], verbose=0)
    assert gn.load(tmp_path / "best").metadata["training"]["epochs"] == 2


def test_the_log_has_a_row_for_each_epoch(tmp_path, clusters, classifier):
    path = tmp_path / "log.csv"
    lengths = []
    history = classifier().fit(
        *clusters, epochs=3, batch_size=8, validation_data=clusters, verbose=0,
        callbacks=[CSVLog(path), lambda run: lengths.append(len(rows_of(path)))],
    )  # fmt: skip
    assert lengths == [1, 2, 3]  # complete after every epoch
    rows = rows_of(path)
    assert list(rows[0]) == list(history.epochs)
    for name, values in history.epochs.items():
        assert [float(row[name]) for row in rows] == values


def test_the_log_of_a_resumed_training_goes_on(tmp_path, clusters, classifier):
    path = tmp_path / "log.csv"
    net = classifier()
    net.fit(*clusters, epochs=2, callbacks=[CSVLog(path)], verbose=0)
    path.write_text(path.read_text().rstrip("\n").replace("\n", "\r\n"))  # as an editor on another system leaves it
    net.fit(*clusters, epochs=2, callbacks=[CSVLog(path, append=True)], resume=True, verbose=0)
    assert [int(row["epoch"]) for row in rows_of(path)] == [1, 2, 3, 4]
    net.fit(*clusters, epochs=1, callbacks=[CSVLog(path)], verbose=0)
    assert len(rows_of(path)) == 1
    path.write_text("")
    net.fit(*clusters, epochs=1, callbacks=[CSVLog(path, append=True)], verbose=0)
    assert len(rows_of(path)) == 1


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_json_log_has_a_line_for_each_epoch(tmp_path, clusters, classifier):
    path = tmp_path / "log.jsonl"
    lengths = []
    callbacks = [JSONLog(path), lambda run: lengths.append(len(lines_of(path)))]
    history = classifier().fit(*clusters, epochs=3, validation_data=clusters, callbacks=callbacks, verbose=0)
    assert lengths == [1, 2, 3]  # on the disk after every epoch
    assert {name: [line[name] for line in lines_of(path)] for name in history.epochs} == history.epochs


@pytest.mark.parametrize("kind", [CSVLog, JSONLog])
def test_a_resumed_training_goes_on_in_the_log(kind, tmp_path, clusters, classifier):
    path = tmp_path / "log"

    def epochs():
        rows = rows_of(path) if kind is CSVLog else lines_of(path)
        return [int(row["epoch"]) for row in rows]

    net = classifier()
    net.fit(*clusters, epochs=2, callbacks=[kind(path)], verbose=0)
    net.fit(*clusters, epochs=2, callbacks=[kind(path)], resume=True, verbose=0)
    assert epochs() == [1, 2, 3, 4]
    net.fit(*clusters, epochs=1, callbacks=[kind(path, append=False)], resume=True, verbose=0)
    assert epochs() == [5]
    net.fit(*clusters, epochs=1, callbacks=[kind(path, append=True)], verbose=0)
    assert epochs() == [5, 1]
    net.fit(*clusters, epochs=1, callbacks=[kind(path)], verbose=0)
    assert epochs() == [1]


@pytest.mark.parametrize("kind", [CSVLog, JSONLog])
def test_ctrl_c_loses_no_epoch_of_the_log(kind, tmp_path, clusters, classifier):
    def press(run):
        if run.epoch == 3:
            raise KeyboardInterrupt

    path = tmp_path / "log"
    history = classifier().fit(*clusters, epochs=9, callbacks=[kind(path), press], verbose=0)
    assert history.stopped.startswith("interrupted")
    rows = rows_of(path) if kind is CSVLog else lines_of(path)
    assert [int(row["epoch"]) for row in rows] == [1, 2, 3]


def test_a_line_that_a_crash_has_cut_is_dropped_with_a_word(tmp_path, clusters, classifier):
    path = tmp_path / "log.jsonl"
    path.write_text('{"epoch": 7}\n{"ep')
    with pytest.warns(UserWarning, match="the last line of .* was cut short"):
        classifier().fit(*clusters, epochs=1, callbacks=[JSONLog(path, append=True)], verbose=0)
    assert [line["epoch"] for line in lines_of(path)] == [7, 1]


def test_a_whole_line_without_its_end_is_ended(tmp_path, clusters, classifier):
    path = tmp_path / "log.jsonl"
    path.write_text('{"epoch": 7}')
    classifier().fit(*clusters, epochs=1, callbacks=[JSONLog(path, append=True)], verbose=0)
    assert [line["epoch"] for line in lines_of(path)] == [7, 1]


def test_json_has_null_for_nan(tmp_path, clusters, classifier):
    class Metric(Callback):
        def on_epoch_end(self, run):
            run.metrics["loss"] = float("nan")

    classifier().fit(*clusters, epochs=1, callbacks=[Metric(), JSONLog(tmp_path / "log")], verbose=0)
    assert lines_of(tmp_path / "log")[0]["loss"] is None


@pytest.mark.parametrize("content", [b"name,age\nkim,3\n", b"\xff\xfe\x00"])
def test_a_log_of_something_else_is_not_appended_to(content, tmp_path, clusters, classifier):
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    with pytest.raises(gn.GlassnetError, match=r"cannot be appended to: its columns are .* those of this training are"):
        classifier().fit(*clusters, callbacks=[CSVLog(path, append=True)], verbose=0)
    assert path.read_bytes() == content


@pytest.mark.parametrize("kind", [Checkpoint, CSVLog, JSONLog])
def test_what_is_there_stays_if_training_does_not_begin(kind, tmp_path, clusters, classifier):
    path = tmp_path / "file"
    path.write_text("precious")
    with pytest.raises(gn.GlassnetError, match="monitor must be one of"):
        classifier().fit(*clusters, callbacks=[kind(path), EarlyStopping("los")], verbose=0)
    assert path.read_text() == "precious"
    assert [place.name for place in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("kind", [Checkpoint, CSVLog, JSONLog])
def test_places_that_cannot_be_are_told_before_training(kind, tmp_path, clusters, classifier):
    (tmp_path / "file").write_text("")
    for path, words in [
        (tmp_path / "no" / "model", "is not there"),
        (tmp_path / "file" / "model", "is a file; a folder is expected"),
        (tmp_path, "is a folder; the name of a file is expected"),
    ]:
        net = classifier()
        before = net.parameters.flat.copy()
        with pytest.raises(gn.GlassnetError, match=words):
            net.fit(*clusters, callbacks=[kind(path)], verbose=0)
        assert np.array_equal(net.parameters.flat, before)
    with pytest.raises(gn.GlassnetError, match="path must be a str or a path, got 3"):
        kind(3)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("kind", [Checkpoint, CSVLog, JSONLog])
def test_an_unwritable_folder_is_told_before_training(kind, tmp_path, clusters, classifier):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    with pytest.raises(gn.GlassnetError, match="locked cannot be written to"):
        classifier().fit(*clusters, callbacks=[kind(folder / "file")], verbose=0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: Checkpoint(path, every=0), "every must be an integer of at least 1, got 0"),
        (lambda path: Checkpoint(path, monitor="val_loss"), "val_loss cannot be monitored without validation data"),
        (lambda path: Checkpoint(path, monitor=""), "monitor must be one of"),
        (lambda path: Checkpoint(path, monitor="acc"), "monitor must be one of"),
    ],
)
def test_settings_that_cannot_be(make, words, tmp_path, clusters, classifier):
    with pytest.raises(gn.GlassnetError, match=words):
        classifier().fit(*clusters, callbacks=[make(tmp_path / "model")], verbose=0)
    assert list(tmp_path.iterdir()) == []
