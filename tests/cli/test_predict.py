import json

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.cli.main import main
from glassnet.data.preprocessing import Preprocessing


@pytest.fixture
def pictures(tmp_path, digits):
    paths = []
    for index in range(5):
        path = tmp_path / f"digit{index}.png"
        Image.fromarray(255 - digits[0][index]).resize((200, 200)).save(path)  # dark on light, larger
        paths.append(path)
    return paths


def test_names_the_likeliest_three(glassnet, trained, pictures):
    status, lines, _ = glassnet("predict", trained / "model.safetensors", *pictures, "--json")
    result = json.loads(lines[-1])
    network = gn.load(trained / "model.safetensors")
    preprocessing = Preprocessing.from_dict(network.preprocessing)
    assert status == 0
    for path, prediction in zip(pictures, result["predictions"], strict=True):
        output = network.predict(preprocessing(preprocessing.from_picture(path).reshape(1, -1)))[0]
        assert [entry["class"] for entry in prediction["top"]] == [str(k) for k in np.argsort(-output)[:3]]
        assert np.allclose([entry["probability"] for entry in prediction["top"]], np.sort(output)[::-1][:3])


def test_reads_real_digits(glassnet, trained, pictures, digits):
    _, lines, _ = glassnet("predict", trained / "model.safetensors", *pictures, "--json", "--quiet")
    read = [prediction["top"][0]["class"] for prediction in json.loads(lines[-1])["predictions"]]
    right = sum(int(a) == b for a, b in zip(read, digits[1], strict=False))
    assert right >= 4  # of 5, by a network trained on 3,000 digits for two epochs


def test_draws_the_digit_in_the_terminal(glassnet, trained, pictures):
    _, drawn, _ = glassnet("predict", trained / "model.safetensors", pictures[0])
    _, quiet, _ = glassnet("predict", trained / "model.safetensors", pictures[0], "--quiet")
    assert any("█" in line for line in drawn)
    assert not any("█" in line for line in quiet)
    assert quiet[-1].count("%") == 3


def test_one_bad_picture_does_not_stop_the_others(glassnet, trained, pictures, tmp_path):
    (tmp_path / "broken.png").write_bytes(pictures[0].read_bytes()[:60])
    Image.new("L", (80, 80), 255).save(tmp_path / "blank.png")
    bad = [tmp_path / "broken.png", tmp_path / "blank.png", tmp_path / "missing.png"]
    status, lines, error = glassnet(
        "predict", trained / "model.safetensors", *bad, pictures[1], "--json", "--lang", "en"
    )
    predictions = json.loads(lines[-1])["predictions"]
    assert status == 1
    assert ["error" in prediction for prediction in predictions] == [True, True, True, False]
    assert len(error.splitlines()) == 2
    assert "Traceback" not in error
    assert "blank.png: not a digit: no ink" in "".join(lines)


def test_writes_the_stages(glassnet, trained, pictures, tmp_path):
    folder = tmp_path / "stages"
    folder.mkdir()
    status, _, _ = glassnet("predict", trained / "model.safetensors", pictures[0], "--stages", folder)
    assert status == 0
    assert (folder / "digit0-stages.png").stat().st_size > 1000


def test_a_model_of_a_table_reads_no_pictures(glassnet, table, pictures, tmp_path):
    out = tmp_path / "table-model"
    glassnet("train", "--data", table, "--label-column", "size", "--epochs", 1, "--quiet", "--out", out)
    status, _, error = glassnet("predict", out / "model.safetensors", pictures[0])
    assert status == 1
    assert "not on pictures" in error


def test_a_model_of_own_pictures(glassnet, picture_folder, pictures, tmp_path):
    out = tmp_path / "own-model"
    glassnet("train", "--data", picture_folder, "--epochs", 1, "--quiet", "--out", out)
    status, lines, error = glassnet("predict", out / "model.safetensors", pictures[0], "--json")
    assert status == 0, error
    names = {entry["class"] for entry in json.loads(lines[-1])["predictions"][0]["top"]}
    assert names == {"zero", "one"}


def test_stages_of_pictures_with_one_name_stand_side_by_side(glassnet, trained, pictures, tmp_path):
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / pictures[0].name
    twin.write_bytes(pictures[1].read_bytes())
    status, _, error = glassnet(
        "predict", trained / "model.safetensors", pictures[0], twin, "--stages", tmp_path / "new"
    )
    assert status == 0, error
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["digit0-stages-2.png", "digit0-stages.png"]


@pytest.fixture(scope="module")
def able_to_refuse(tmp_path_factory):
    """The folder of a short training on real digits that ended with learning to refuse."""
    folder = tmp_path_factory.mktemp("able")
    arguments = ["train", "mnist", "--hidden", "20", "--epochs", "1", "--limit", "2500", "--executor", "reference"]
    assert main([*arguments, "--no-augmentation", "--quiet", "--seed", "1", "--refusal", "--out", str(folder)]) == 0
    return folder / "model.safetensors"


@pytest.fixture
def foreign(tmp_path):
    """A blank page, and one all over with stripes."""
    Image.new("L", (90, 90), 255).save(tmp_path / "blank.png")
    stripes = np.full((120, 120), 255, dtype=np.uint8)
    stripes[20:100, 20:100] = np.where(np.arange(80) // 8 % 2, 255, 0)
    stripes[20:26, 20:100] = stripes[94:100, 20:100] = 0  # all in one piece, as a digit is
    Image.fromarray(stripes).save(tmp_path / "stripes.png")
    return [tmp_path / "blank.png", tmp_path / "stripes.png"]


def test_refuses_what_is_no_digit(glassnet, able_to_refuse, pictures, foreign):
    status, lines, error = glassnet("predict", able_to_refuse, *foreign, pictures[1], "--quiet", "--lang", "en")
    assert status == 1  # since the first shows nothing at all
    assert not error
    assert lines[0] == f"{foreign[0]}: not a digit: no ink: nothing in the picture stands out from the paper."
    assert lines[1].startswith(f"{foreign[1]}: not a digit: ")
    assert "(--anyway: " in lines[1]
    assert "not a digit" not in lines[2]


def test_says_in_json_and_in_korean_why_it_refuses(glassnet, able_to_refuse, foreign, pictures):
    _, lines, _ = glassnet("predict", able_to_refuse, *foreign, pictures[1], "--quiet", "--lang", "ko", "--json")
    blank, stripes, digit = json.loads(lines[-1])["predictions"]
    assert blank["reason"] == "no-picture"
    assert stripes["refused"]
    assert stripes["why"].startswith("숫자가 아닙니다: ")
    assert stripes["evidence"]["ratio"] > 0
    assert len(stripes["top"]) == 3
    assert digit["refused"] is False


def test_answers_anyway(glassnet, able_to_refuse, foreign, pictures):
    status, lines, _ = glassnet("predict", able_to_refuse, foreign[1], pictures[1], "--quiet", "--anyway")
    assert status == 0
    assert all(line.count("%") == 3 for line in lines)
    status, _, error = glassnet("predict", able_to_refuse, *foreign, "--quiet", "--anyway")
    assert status == 1
    assert "shows no ink" in error


def test_what_cannot_be_read_counts_more_than_a_refusal(glassnet, able_to_refuse, foreign, tmp_path):
    status, lines, error = glassnet("predict", able_to_refuse, foreign[0], tmp_path / "missing.png", "--lang", "en")
    assert status == 1
    assert "not a digit" in lines[0]
    assert "missing.png" in error


def test_only_digits_are_learnt_to_be_told_from_the_rest(glassnet, picture_folder, tmp_path):
    status, _, error = glassnet("train", "--data", picture_folder, "--refusal", "--out", tmp_path / "out")
    assert status == 1
    assert "--refusal is for digits of 28 × 28 pixels. Leave it out." in error
    assert not (tmp_path / "out" / "model.safetensors").exists()
