"""Displays by name, and in a real notebook: whatever the number of epochs, the outputs are few."""

import re
import sys

import pytest

import glassnet as gn

PROGRAM = """
import numpy as np
import glassnet as gn

x, t = np.sin(np.arange(400.0)).reshape(100, 4), np.arange(100) % 2
net = gn.Network([gn.Dense(4, 2), gn.Softmax()])
history = net.fit(x, t, epochs=400, batch_size=20, executor="reference", {arguments})
"""


@pytest.fixture(scope="module")
def outputs():
    """Run cells in one kernel, and return the outputs of each."""
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    arguments = ["verbose=1", "verbose='rich'", "verbose='tqdm'", "verbose=0", "callbacks=[lambda run: 1 / 0]"]
    cells = [nbformat.v4.new_code_cell(PROGRAM.replace("{arguments}", given)) for given in arguments]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120, allow_errors=True).execute()
    return dict(zip(arguments, [cell.outputs for cell in cells], strict=True))


@pytest.mark.parametrize("arguments", ["verbose=1", "verbose='rich'"])
def test_there_is_one_output_for_400_epochs(arguments, outputs):
    (output,) = outputs[arguments]
    assert output.output_type == "display_data"
    lines = output.data["text/plain"].splitlines()
    assert len(lines) == 13
    assert lines[0].startswith("epoch   1/400  loss")
    assert lines[1] == "… 388 epochs …"
    assert lines[-1].startswith("epoch 400/400  loss")
    assert output.data["text/html"].count("\n") == 12


def test_tqdm_has_one_output(outputs):
    (output,) = outputs["verbose='tqdm'"]
    shown = output.data["text/plain"]
    assert "epoch 400/400" in shown
    assert "2000/2000" in shown
    assert "\n" not in shown


def test_silence_is_silent(outputs):
    assert outputs["verbose=0"] == []


def test_a_training_that_fails_leaves_its_epochs(outputs):
    display, error = outputs["callbacks=[lambda run: 1 / 0]"]
    assert display.data["text/plain"].splitlines()[-1] == "stopped: ended by ZeroDivisionError"
    assert error.ename == "ZeroDivisionError"


def fitted(capsys, clusters, classifier, **settings):
    classifier().fit(*clusters, **{"epochs": 2, "batch_size": 8, "executor": "reference", **settings})
    return capsys.readouterr()


def test_plain_lines_by_name(capsys, clusters, classifier):
    lines = fitted(capsys, clusters, classifier, verbose="plain").out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["epoch 1/2", "epoch 2/2"]


def test_rich_by_name(capsys, clusters, classifier):
    assert len(re.findall(r"epoch \d/2  loss", fitted(capsys, clusters, classifier, verbose="rich").out)) == 2


def test_tqdm_by_name(capsys, clusters, classifier):
    pytest.importorskip("tqdm", reason="tqdm is not installed")
    captured = fitted(capsys, clusters, classifier, verbose="tqdm", validation_data=clusters)
    assert captured.out == ""
    last = captured.err.split("\r")[-1]
    assert "8/8" in last
    assert re.search(r"epoch 2/2: .* loss=\d.*accuracy=\d.*val_loss=\d.*val_accuracy=\d", last)


def test_tqdm_of_batches_whose_number_is_not_known(capsys, clusters, classifier):
    pytest.importorskip("tqdm", reason="tqdm is not installed")
    classifier().fit(lambda: iter([clusters] * 3), epochs=2, executor="reference", verbose="tqdm")
    assert "6/6" in capsys.readouterr().err.split("\r")[-1]


def test_tqdm_that_is_missing(monkeypatch, clusters, classifier):
    monkeypatch.setitem(sys.modules, "tqdm.std", None)
    with pytest.raises(gn.GlassnetError, match=r"verbose='tqdm' needs tqdm, which .*pip install \"?glassnet\[tqdm\]"):
        classifier().fit(*clusters, verbose="tqdm")
