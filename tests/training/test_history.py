import json

import numpy as np
import pytest

import glassnet as gn


def test_a_metric_by_epoch():
    history = gn.History()
    history.add_epoch(epoch=1, loss=0.5)
    history.add_epoch(epoch=2, loss=0.25)
    assert history["loss"] == [0.5, 0.25]
    assert "loss" in history
    assert "accuracy" not in history


def test_an_unknown_metric_names_the_nearest():
    history = gn.History()
    with pytest.raises(KeyError, match="the history has no 'loss', only nothing yet"):
        history["loss"]
    history.add_epoch(val_loss=1.0, val_accuracy=0.5)
    with pytest.raises(gn.GlassnetError, match=r"has no 'val_acuracy', only .*Did you mean 'val_accuracy'\?"):
        history["val_acuracy"]


def test_everything_goes_through_json(clusters, classifier):
    x, t = clusters
    evaluate = gn.callbacks.Evaluate(x, t, every_samples=20)
    history = classifier().fit(
        x, t, epochs=2, batch_size=np.int64(8), validation_data=(x, t),
        callbacks=[evaluate, gn.callbacks.EarlyStopping(patience=9)], verbose=0,
    )  # fmt: skip
    plain = json.loads(json.dumps(history.to_dict(), allow_nan=False))
    assert plain == history.to_dict()
    assert plain["epochs"]["val_loss"] == history["val_loss"]
    assert plain["evaluations"] == history.evaluations
    assert plain["best_epoch"] == history.best_epoch
    assert plain["stopped"] == "all epochs done"


def test_what_json_lacks_becomes_none():
    history = gn.History()
    history.add_epoch(loss=1.0, val_loss=np.inf)
    history.add_epoch(loss=np.nan, val_loss=2.0)
    assert history.to_dict()["epochs"] == {"loss": [1.0, None], "val_loss": [None, 2.0]}
    assert np.isnan(history["loss"][1])


def test_it_prints_in_a_line():
    history = gn.History()
    assert repr(history) == "<History: 0 epochs; nothing yet; >"
    history.add_epoch(epoch=3, loss=0.123456)
    history.stopped = "all epochs done"
    assert repr(history) == "<History: 1 epochs; epoch 3, loss 0.1235; all epochs done>"
