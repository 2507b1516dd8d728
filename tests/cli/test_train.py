import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import glassnet as gn

FILES = "model.safetensors", "history.json", "learning_curves.png", "confusion_matrix.png", "mistakes.png"
QUICK = "--hidden", "8", "--epochs", "1", "--limit", "500", "--no-augmentation"


def test_writes_model_history_and_pictures(trained):
    for name in FILES:
        assert (trained / name).stat().st_size > 1000
    for picture in trained.glob("*.png"):
        with Image.open(picture) as image:
            assert min(image.size) > 200
    history = json.loads((trained / "history.json").read_text())
    assert history["epochs"]["epoch"] == [1, 2]
    assert len(history["steps"]["loss"]) == 2 * 3000 // 50


def test_model_knows_its_preprocessing_and_its_accuracy(trained):
    network = gn.load(trained / "model.safetensors")
    (_, _), (x, t) = gn.load_mnist()
    assert network.accuracy(x, t) == network.metadata["test_accuracy"] > 0.8
    assert network.preprocessing["kind"] == "digit"
    assert network.preprocessing["class_names"] == list("0123456789")


def test_last_lines(glassnet, tmp_path):
    status, lines, _ = glassnet("train", "mnist", *QUICK, "--json", "--out", tmp_path)
    result = json.loads(lines[-1])
    assert status == 0
    assert re.fullmatch(r"test accuracy \d+\.\d\d%", lines[-2])
    assert lines[-2] == f"test accuracy {100 * result['test_accuracy']:.2f}%"
    assert result["epochs"] == 1
    assert all(Path(path).exists() for path in result["files"])


@pytest.mark.slow
def test_same_seed_same_bits(glassnet, tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        glassnet("train", "mnist", *QUICK, "--quiet", "--seed", seed, "--out", tmp_path / name)
    a, b, c = ((tmp_path / name / "model.safetensors").read_bytes() for name in "abc")
    assert a == b
    assert a != c


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        ("two-layer", "Dense(784, 50, init=Normal(std=0.01))"),
        ("deep-online", "Dense(784, 100, bias=False, init=He())"),
        ("feedforward", "Dense(784, 100, bias=False)"),
    ],
)
def test_recipes_of_the_lectures(glassnet, tmp_path, recipe, text):
    status, lines, _ = glassnet("train", "mnist", "--recipe", recipe, "--limit", 300, "--steps", 20, "--out", tmp_path)
    assert status == 0
    assert any(text in line for line in lines)


@pytest.mark.slow
def test_deep_online_is_as_lecture_000_has_it(tmp_path, glassnet):
    options = "--recipe", "deep-online", "--limit", 2500, "--json", "--out", tmp_path
    _, lines, _ = glassnet("train", "mnist", *options)
    network = gn.load(tmp_path / "model.safetensors")
    history = json.loads((tmp_path / "history.json").read_text())
    assert [layer for layer in network.layers if not isinstance(layer, gn.Dense)] == [
        gn.Sigmoid(),
        gn.Tanh(),
        gn.Sigmoid(),
        gn.Softmax(),
    ]
    assert sorted(network.parameters) == ["W1", "W2", "W3", "W4"]
    assert network.preprocessing["scaling"] == {"divisor": 255.0, "factor": 0.99, "offset": 0.01}
    assert history["evaluations"]["samples"] == [0, 2000]
    assert history["steps"]["step"] == list(range(1, 2501))
    assert any(line.startswith("after  2,000 samples: accuracy 0.") for line in lines)


def test_every_hyperparameter_can_be_changed(glassnet, tmp_path):
    options = [
        *("--hidden", "12,7", "--activation", "tanh,elu", "--output", "sigmoid", "--init", "xavier", "--batch-norm"),
        *("--dropout", 0.1, "--scaling", "lecture000", "--optimizer", "momentum", "--learning-rate", 0.02),
        *("--schedule", "cosine", "--weight-decay", 1e-4, "--epochs", 2, "--batch-size", 50, "--no-shuffle"),
        *("--limit", 400, "--dtype", "float64", "--threads", 1, "--patience", 1, "--no-bias", "--no-augmentation"),
    ]
    status, _, _ = glassnet("train", "mnist", *options, "--quiet", "--out", tmp_path)
    network = gn.load(tmp_path / "model.safetensors")
    assert status == 0
    assert network.layers == (
        gn.Dense(784, 12, bias=False, init="xavier"), gn.BatchNorm(), gn.Tanh(), gn.Dropout(0.1),
        gn.Dense(12, 7, bias=False, init="xavier"), gn.BatchNorm(), gn.ELU(), gn.Dropout(0.1),
        gn.Dense(7, 10, bias=False, init="xavier"), gn.Sigmoid(),
    )  # fmt: skip
    assert network.dtype == np.float64
    optimizer = gn.Momentum(gn.schedules.Cosine(0.02), weight_decay=1e-4)
    assert network.metadata["training"]["optimizer"] == repr(optimizer)


def test_no_hidden_layer(glassnet, tmp_path):
    status, _, _ = glassnet("train", "mnist", "--hidden", "0", "--limit", 200, "--epochs", 1, "--out", tmp_path)
    assert status == 0
    assert gn.load(tmp_path / "model.safetensors").layers == (gn.Dense(784, 10), gn.Softmax())


def test_own_folder_of_pictures(glassnet, picture_folder, tmp_path):
    out = tmp_path / "out"
    status, _, error = glassnet("train", "--data", picture_folder, "--epochs", 3, "--hidden", 4, "--out", out)
    assert status == 0, error
    assert gn.load(out / "model.safetensors").preprocessing["class_names"] == ["one", "zero"]
    assert (out / "mistakes.png").exists()


def test_own_table(glassnet, table, tmp_path):
    out = tmp_path / "out"
    options = "--label-column", "size", "--epochs", 100, "--hidden", 8, "--json", "--out", out
    status, lines, error = glassnet("train", "--data", table, *options)
    assert status == 0, error
    assert json.loads(lines[-1])["test_accuracy"] > 0.85
    status, lines, _ = glassnet("evaluate", out / "model.safetensors", "--data", table, "--label-column", "size")
    assert status == 0
    assert float(re.search(r"accuracy ([\d.]+)%", lines[-1])[1]) > 85


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--recipe", "defualt"], "Did you mean 'default'?"),
        (["--optimizer", "adamm"], "Did you mean 'adam"),
        (["--activation", "sigmiod"], "Did you mean 'sigmoid'?"),
        (["--hidden", "a,b"], "argument --hidden: it must be an integer of at least 0, got 'a'"),
        (["--hidden", "-5"], "--hidden"),
        (["--learning-rate", "0"], "above 0, got 0"),
        (["--learning-rate", "nan"], "above 0, got nan"),
        (["--batch-size", "0"], "at least 1, got 0"),
        (["--epochs", "0"], "at least 1, got 0"),
        (["--dropout", "1"], "below 1, got 1"),
        (["--seed", "-1"], "at least 0, got -1"),
        (["--threads", "0"], "at least 1 and at most 256, got 0"),
        (["--threads", "1000"], "at most 256, got 1000"),
        (["--hidden", "5,0"], "0 alone for no hidden layer"),
        (["--executor", "fast"], "argument --executor: it must be one of"),
        (["--limit", "0"], "at least 1, got 0"),
        (["--data", "no/such/file.csv"], "no/such/file.csv is not there"),
    ],
)
def test_a_mistake_gets_one_sentence(glassnet, tmp_path, arguments, words):
    status, lines, error = glassnet("train", *arguments, "--json", "--out", tmp_path / "out")
    assert status == (1 if arguments[0] == "--data" or "5,0" in arguments else 2)
    assert words in error
    assert "Traceback" not in error
    assert json.loads(lines[-1])["error"] in error


def test_a_recipe_in_the_place_of_data_gets_the_option(glassnet, tmp_path):
    status, _, error = glassnet("train", "deep-online", "--out", tmp_path / "run")
    assert status == 1
    assert "`glassnet train --recipe deep-online`" in error
    assert not (tmp_path / "run").exists()


def test_an_unknown_name_of_data_gets_the_nearest(glassnet, tmp_path):
    status, _, error = glassnet("train", "mnits", "--out", tmp_path)
    assert status == 1
    assert "Did you mean 'mnist'?" in error


def test_an_unwritable_folder_is_told_before_training(glassnet, tmp_path):
    (tmp_path / "file").write_text("mine")
    status, lines, error = glassnet("train", "mnist", "--out", tmp_path / "file" / "sub")
    assert status == 1
    assert "cannot be written" in error
    assert not lines
    assert (tmp_path / "file").read_text() == "mine"


def test_what_was_there_stays_when_training_fails(glassnet, trained, tmp_path):
    model = tmp_path / "model.safetensors"
    model.write_bytes(b"before")
    status, _, _ = glassnet("train", "mnist", "--hidden", "0,0", "--out", tmp_path)
    assert status == 1
    assert model.read_bytes() == b"before"


def test_debug_shows_the_traceback(tmp_path):
    command = [sys.executable, "-m", "glassnet", "train", "--data", "no.csv", "--out", str(tmp_path)]
    plain = subprocess.run(command, capture_output=True, text=True, check=False)
    debug = subprocess.run([*command, "--debug"], capture_output=True, text=True, check=False)
    assert "Traceback" not in plain.stderr
    assert "Traceback" in debug.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_loses_nothing(tmp_path):
    command = [sys.executable, "-m", "glassnet", "train", "mnist", "--recipe", "deep-online", "--json", "--out"]
    with subprocess.Popen(
        [*command, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        for line in process.stdout:
            if line.startswith("after  2,000"):
                break
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        rest, error = process.communicate(timeout=120)
    assert process.returncode == 130, error
    result = json.loads(rest.splitlines()[-1])
    assert result["stopped"].startswith("interrupted")
    assert 2000 <= result["steps"] < 60_000
    assert gn.load(Path(tmp_path) / "model.safetensors").metadata["test_accuracy"] == result["test_accuracy"]


@pytest.mark.slow
def test_the_default_recipe_reaches_its_accuracy(default_model):
    assert gn.load(default_model / "model.safetensors").metadata["test_accuracy"] >= 0.982
    assert all((default_model / name).exists() for name in FILES)


@pytest.mark.slow
@pytest.mark.parametrize(("recipe", "least"), [("two-layer", 0.94), ("deep-online", 0.90), ("feedforward", 0.96)])
def test_recipes_reach_their_accuracy(glassnet, tmp_path, recipe, least):
    status, lines, _ = glassnet("train", "mnist", "--recipe", recipe, "--json", "--out", tmp_path)
    assert status == 0
    assert json.loads(lines[-1])["test_accuracy"] >= least


def test_a_training_that_goes_to_nan_says_so_and_keeps_its_model(glassnet, tmp_path):
    options = "--limit", 500, "--hidden", 8, "--optimizer", "sgd", "--learning-rate", 1e30, "--json", "--quiet"
    status, lines, error = glassnet("train", "mnist", *options, "--out", tmp_path)
    assert status == 1
    assert error.startswith("glassnet: not finite: step 2")
    assert "learning rate" in error
    assert json.loads(lines[-1])["error"].startswith("not finite")
    assert gn.load(tmp_path / "model.safetensors").n_out == 10
    assert (tmp_path / "history.json").exists()
    assert not (tmp_path / "mistakes.png").exists()


def test_a_second_training_keeps_the_first_model_and_no_stale_picture(glassnet, table, tmp_path):
    glassnet("train", "mnist", *QUICK, "--quiet", "--out", tmp_path)
    first = (tmp_path / "model.safetensors").read_bytes()
    status, lines, _ = glassnet("train", "--data", table, "--label-column", "size", "--epochs", 1, "--out", tmp_path)
    assert status == 0
    assert any("the model that was there is now" in line for line in lines)
    assert (tmp_path / "model.previous.safetensors").read_bytes() == first
    assert not (tmp_path / "mistakes.png").exists()


def test_a_closed_pipe_does_not_lose_the_training(tmp_path):
    options = f"--limit 500 --hidden 8 --epochs 2 --out {tmp_path}"
    command = f"{sys.executable} -m glassnet train mnist {options} | head -n 1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in result.stderr
    assert gn.load(tmp_path / "model.safetensors").metadata["training"]["epochs"] == 2


def test_early_stopping_does_not_watch_the_test_samples(glassnet, tmp_path):
    options = "--limit", 500, "--hidden", 8, "--epochs", 3, "--patience", 5, "--json", "--quiet", "--out", tmp_path
    _, lines, _ = glassnet("train", "mnist", *options)
    history = json.loads((tmp_path / "history.json").read_text())
    result = json.loads(lines[-1])
    best = history["best_epoch"] - 1
    assert history["epochs"]["val_loss"][best] != pytest.approx(result["test_loss"])
    assert len(history["steps"]["loss"]) == 3 * -(-450 // 50)  # a tenth of the 500 is held out


def test_one_class_or_values_are_refused_and_leave_no_folder(glassnet, tmp_path):
    (tmp_path / "one.csv").write_text("label,a\nx,1\nx,2\nx,3\n")
    (tmp_path / "values.csv").write_text("label,a\n0.5,1\n1.5,2\n2.5,3\n")
    for name in ("one", "values"):
        status, _, error = glassnet("train", "--data", tmp_path / f"{name}.csv", "--out", tmp_path / "out")
        assert status == 1
        assert "two classes or more" in error
    assert not (tmp_path / "out").exists()


def test_a_table_without_a_header_and_the_label_last(glassnet, tmp_path):
    path = tmp_path / "iris.csv"
    path.write_text("5.1,3.5,setosa\n4.1,2.5,other\n5.0,3.4,setosa\n4.2,2.4,other\n" * 5)
    options = "--label-column", "-1", "--batch-size", "full", "--epochs", 2, "--out", tmp_path / "out"
    status, _, error = glassnet("train", "--data", path, *options)
    assert status == 0, error
    assert gn.load(tmp_path / "out" / "model.safetensors").preprocessing["class_names"] == ["other", "setosa"]
