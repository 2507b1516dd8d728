import json
import subprocess
import sys

import pytest

import glassnet as gn

COMMANDS = [[], ["train"], ["evaluate"], ["predict"], ["data"], ["data", "info"], ["data", "convert"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_teaches_by_example(glassnet, command):
    status, lines, _ = glassnet(*command, "--help")
    assert status == 0
    assert any(line.startswith("  glassnet ") for line in lines)


def test_version(glassnet):
    assert glassnet("--version")[1] == [f"glassnet {gn.__version__}"]


@pytest.mark.parametrize("arguments", [[], ["trian"], ["train", "--epochs", "two"], ["predict", "model"]])
def test_wrong_usage_ends_with_2(glassnet, arguments):
    status, _, error = glassnet(*arguments)
    assert status == 2
    assert "usage: glassnet" in error


def test_a_closed_pipe_is_no_error():
    command = f"{sys.executable} -m glassnet data info mnist | head -n 1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert "60,000 training" in result.stdout
    assert "Traceback" not in result.stderr


def test_a_terminal_without_unicode_gets_question_marks():
    command = [sys.executable, "-m", "glassnet", "data", "show", "mnist"]
    environment = {"PYTHONIOENCODING": "ascii"}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert result.returncode == 0
    assert "?" in result.stdout


def test_wrong_usage_with_json_is_told_in_json():
    command = [sys.executable, "-m", "glassnet", "train", "--epochs", "two", "--json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "argument --epochs: it must be an integer of at least 1, got 'two'" in json.loads(result.stdout)["error"]
