"""Each script in examples/ runs to its end in a folder of its own, with warnings as errors."""

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples"
SCRIPTS = sorted(FOLDER.glob("*.py"))


def libraries(script):
    """What a script imports, by the names of the libraries."""
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_there_are_examples():
    assert SCRIPTS


LONG = {
    "dataloader",
    "from_keras",
    "from_pytorch",
    "sklearn_drop_in",
}  # to import what they show takes most of their time
MARKED = [pytest.param(each, id=each.stem, marks=[pytest.mark.slow] if each.stem in LONG else []) for each in SCRIPTS]


@pytest.mark.parametrize("script", MARKED)
def test_example(script, tmp_path):
    missing = sorted(name for name in set(libraries(script)) if find_spec(name) is None)
    if missing:
        pytest.skip(f"{script.name} needs {', '.join(missing)}, not installed here")
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip(), "an example prints what it found"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_example_says_what_it_shows_and_is_short(script):
    text = script.read_text(encoding="utf-8")
    words = ast.get_docstring(ast.parse(text)) or ""
    assert f"python examples/{script.name}" in words
    assert len(text.splitlines()) <= 60
