import json
import signal
import subprocess
import sys
import time

import pytest


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "old.py"
    path.write_text("import sys\nimport numpy as np\nprint np.round_(0.123, 1), sys.argv[1:]\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("part", [[], ["run"], ["list"]])
def test_help_teaches_by_example(glassnet, part):
    status, lines, _ = glassnet("legacy", *part, "--help")
    assert status == 0
    assert any(line.startswith("  glassnet legacy ") for line in lines)


def test_run_hands_the_rest_of_the_line_to_the_script(glassnet, script):
    status, lines, error = glassnet("legacy", "run", script, "--epochs", "3", "--json")
    assert (status, lines) == (0, ["0.1 ['--epochs', '3', '--json']"])
    assert error == f"glassnet: {script}, line 3: print is a function today: print(np.round_(0.123, 1), sys.argv[1:])\n"


def test_json(glassnet, script):
    status, lines, _ = glassnet("legacy", "run", "--json", script)
    result = json.loads(lines[-1])
    assert (status, result["status"], result["pictures"], len(result["notes"])) == (0, 0, [], 1)


@pytest.mark.parametrize(
    "code",
    ["import sys; sys.stdout.write('x')", "print('x', end=''); 1 / 0", "import sys; sys.stdout.buffer.write(b'x')"],
)
def test_json_has_the_last_line_to_itself(glassnet, tmp_path, code):
    path = tmp_path / "old.py"
    path.write_text(code, encoding="utf-8")
    _, lines, _ = glassnet("legacy", "run", "--json", path)
    assert lines[0] == "x"
    assert json.loads(lines[1])
    assert len(lines) == 2


def test_the_help_says_what_json_is(glassnet):
    assert any("last line of the output is one JSON object" in line for line in glassnet("legacy", "run", "--help")[1])


@pytest.mark.parametrize(("code", "status"), [("import sys; sys.exit(4)", 4), ("exit()", 0), ("1 / 0", 1)])
def test_exit_status(glassnet, tmp_path, code, status):
    path = tmp_path / "old.py"
    path.write_text(code.replace("exit()", "raise SystemExit"), encoding="utf-8")
    assert glassnet("legacy", "run", path)[0] == status


def test_a_failing_script_gets_its_line_and_no_traceback(glassnet, tmp_path):
    path = tmp_path / "old.py"
    path.write_text("x = [1]\nprint(x[3])\n", encoding="utf-8")
    status, _, error = glassnet("legacy", "run", path)
    assert status == 1
    assert error == f"glassnet: {path}, line 2: IndexError: list index out of range\n    print(x[3])\n"
    assert glassnet("legacy", "run", tmp_path / "gone.py")[2].startswith("glassnet: ")


def test_words_to_exit_with(glassnet, tmp_path):
    path = tmp_path / "old.py"
    path.write_text("import sys\nsys.exit('no data')\n", encoding="utf-8")
    assert glassnet("legacy", "run", path) == (1, [], "no data\n")


def test_compare(glassnet, tmp_path):
    path = tmp_path / "prompt.txt"
    path.write_text(">>> 1 + 3\n4\n>>> 5 % 3\n1\n", encoding="utf-8")
    status, lines, error = glassnet("legacy", "run", "--compare", path)
    assert (status, lines) == (1, ["4", "2"])
    assert error.splitlines()[-1] == "glassnet: 1 of 2 outputs are as the transcript says"


def test_list(glassnet):
    status, lines, _ = glassnet("legacy", "list")
    assert status == 0
    assert any(line.startswith("two_layer_net") and "TwoLayerNet" in line for line in lines)
    result = json.loads(glassnet("legacy", "list", "--json")[1][-1])
    assert "softmax" in result["modules"]["common.functions"]
    assert "asfarray" in result["numpy"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to another process")
def test_ctrl_c_ends_with_130(tmp_path):
    path = tmp_path / "old.py"
    path.write_text("import time\nprint('go', flush=True)\ntime.sleep(30)\n", encoding="utf-8")
    command = [sys.executable, "-m", "glassnet", "legacy", "run", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "go\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert (process.returncode, error) == (130, "glassnet: interrupted\n")
