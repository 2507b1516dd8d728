"""`glassnet card`."""

import json

import pytest

import glassnet as gn
from glassnet.cli.main import main


@pytest.fixture(scope="module")
def iris_like(tmp_path_factory):
    """A table in three classes, and the folder of a model that was trained on it."""
    folder = tmp_path_factory.mktemp("card")
    rows = [f"{index % 3 + 0.1 * (index % 7)},{index % 5},{'abc'[index % 3]}" for index in range(90)]
    path = folder / "table.csv"
    path.write_text("size,age,kind\n" + "\n".join(rows) + "\n")
    arguments = ["train", "--data", str(path), "--label-column", "kind", "--hidden", "4", "--epochs", "3"]
    assert main([*arguments, "--quiet", "--executor", "reference", "--out", str(folder / "run")]) == 0
    return path, folder / "run" / "model.safetensors"


def test_it_prints_what_the_model_file_tells(glassnet, iris_like):
    status, lines, _ = glassnet("card", iris_like[1], "--lang", "en")
    assert status == 0
    assert lines[0] == "# Model card: model"
    text = "\n".join(lines)
    assert "- **Classes**: a, b, c" in text
    assert "table.csv" in text
    assert "Recorded with the model by an earlier measurement, not repeated here: test_accuracy" in text
    assert text + "\n" == str(gn.load(iris_like[1]).card(name="model"))


def test_it_measures_and_writes(glassnet, iris_like, tmp_path):
    path, model = iris_like
    out = tmp_path / "CARD.md"
    status, lines, error = glassnet(
        "card", model, "--data", path, "--label-column", "kind", "--out", out, "--lang", "ko", "--title", "나무",
        "--licence", "CC0", "--json",
    )  # fmt: skip
    assert status == 0, error
    result = json.loads(lines[-1])
    data = gn.load_data(path, label_column="kind")
    assert result["accuracy"] == gn.load(model).card(data).measured.accuracy
    text = out.read_text(encoding="utf-8")
    assert text.startswith("# 모델 카드: 나무")
    assert f"{result['accuracy']:.2%}" in text
    assert "CC0" in text


def test_a_file_that_is_no_model(glassnet, tmp_path):
    status, _, error = glassnet("card", tmp_path / "no.safetensors")
    assert (status, "is not there" in error) == (1, True)


def test_a_slip_of_the_hand_overwrites_no_data(glassnet, tmp_path):
    path = tmp_path / "iris.csv"
    path.write_text("a,kind\n1,x\n")
    status, _, error = glassnet("card", gn.Network([gn.Dense(1, 1)]).save(tmp_path / "m.safetensors"), "--out", path)
    assert status
    assert "--out must end in .md" in error
    assert path.read_text() == "a,kind\n1,x\n"
