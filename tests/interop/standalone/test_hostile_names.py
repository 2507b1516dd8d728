"""Names and metadata out of a model file are data in the source that is written: nothing that they say is executed."""

import ast
import shutil
import subprocess
import sys

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing
from glassnet.mathematics.checks import DataError

PYTHON = [
    "\"); open('hacked', 'w'); (\"",
    "'''\nopen('hacked', 'w')\n'''",
    '"""\nopen("hacked", "w")\n"""',
    "\\",
    "\\'",
]
C = ['"}; int hacked = system("touch hacked"); char *x[] = {"', "*/ #error hacked\n/*", '\\" "', "??/", "%s%n", "\\\n"]
JAVASCRIPT = [
    '"; (await import("node:fs")).writeFileSync("hacked", "");"',
    "</script><script>alert(1)</script>",
    "`${globalThis.hacked = 1}`",
    "\u2028alert(1)\u2029",
    "*/ globalThis.hacked = 1 /*",
]
OTHERS = ["", " ", "\n", "\r\n", "\t", "한글 이름", "\U0001f600", "{x}", "{0}", "%d", "\x7f\x1b[31m", "a\u202eb"]
NAMES = [*PYTHON, *C, *JAVASCRIPT, *OTHERS]


@pytest.fixture
def net():
    """A classifier with hostile names, each in the metadata too, as key and as value."""
    net = gn.Network([gn.Dense(1, len(NAMES), init=np.ones((1, len(NAMES)))), gn.Softmax()])
    net.parameters["b1"] = np.arange(len(NAMES))
    net.preprocessing = Preprocessing("table", tuple(NAMES), mean=(0.0,), std=(1.0,)).to_dict()
    net.metadata = {"recipe": NAMES[0], **{name: [name, 1.5, None] for name in NAMES}}
    return net


def test_python(net, in_python, tmp_path):
    _, found = in_python(net, [[1.0]])
    assert found["names"] == NAMES
    assert found["metadata"] == net.metadata
    assert not (tmp_path / "hacked").exists()
    called = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse((tmp_path / "model.py").read_text()))
        if isinstance(node, ast.Call)
    }
    assert "json.loads" in called
    assert "open" not in called


def test_c(net, in_c, tmp_path):
    """Every byte of every name, as a program finds it that includes the file."""
    in_c(net, [[1.0]])
    (tmp_path / "names.c").write_text(
        '#include "model.c"\n#include <stdio.h>\nint main(void) {\nint i; const char *c;\n'
        f"for (i = 0; i < {len(NAMES)}; i++) {{\n"
        'for (c = class_names[i]; *c; c++) printf("%02x", (unsigned)(unsigned char)*c);\n'
        "putchar(10);\n}\nreturn 0;\n}\n"
    )
    program = str(tmp_path / "names")
    compiler = shutil.which("gcc") or "cc"
    subprocess.run(
        [compiler, "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "names.c", "-lm", "-o", program],
        cwd=tmp_path,
        check=True,
    )
    done = subprocess.run([program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert [bytes.fromhex(line).decode() for line in done.stdout.split("\n")[:-1]] == NAMES
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize("language", ["in_python", "in_c"])
def test_programs_print_one_line_a_sample(net, language, request, tmp_path):
    net.parameters["b1"][NAMES.index("\n")] = 99
    request.getfixturevalue(language)(net, [[1.0]])
    program = {"in_python": [sys.executable, "-I", "model.py", "-"], "in_c": [str(tmp_path / "program")]}[language]
    done = subprocess.run(program, input="1\n2\n", capture_output=True, text=True, check=True, cwd=tmp_path)
    assert [line.split("\t")[1] for line in done.stdout.splitlines()] == ["?", "?"]


def test_javascript(net, in_javascript, tmp_path):
    _, found = in_javascript(net, [[1.0]])
    assert found["names"] == NAMES
    assert found["metadata"] == net.metadata
    assert not (tmp_path / "hacked").exists()
    assert "</script" not in (tmp_path / "model.mjs").read_text().lower()


@pytest.mark.parametrize("suffix", ["py", "c", "mjs"])
def test_the_files_are_plain_ascii(net, tmp_path, suffix):
    net.preprocessing["class_names"][0] = "\ud800"  # half of a letter, as JSON may hold
    content = gn.export(net, tmp_path / f"model.{suffix}").read_bytes()
    assert content.isascii()
    assert b"\0" not in content


def test_what_c_cannot_hold_is_refused(net, tmp_path):
    for name in ("a\0b", "x" * 5_000):
        net.preprocessing["class_names"][3] = name
        with pytest.raises(DataError, match="Give it another name"):
            gn.export_c(net, tmp_path / "model.c")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["py", "mjs", "onnx"])
def test_metadata_that_json_cannot_hold(tmp_path, suffix):
    net = gn.Network([gn.Dense(1, 1)], "mean_squared_error")
    net.metadata = {"score": float("nan")}
    with pytest.raises(DataError, match="must hold what JSON can"):
        gn.export(net, tmp_path / f"model.{suffix}")
    net.metadata = {"score": np.float32(0.5)}
    assert gn.export(net, tmp_path / f"model.{suffix}").exists()
