"""The public names: those of `__all__` are there, whether loaded at once or when first asked for."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import glassnet as gn


@pytest.mark.parametrize("name", gn.__all__)
def test_every_public_name_is_there(name):
    assert getattr(gn, name) is not None
    assert name in dir(gn)


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(AttributeError, match="Did you mean 'load_mnist'"):
        _ = gn.load_mnits


def test_rooms_load_when_first_asked_for():
    code = (
        "import sys, glassnet as gn;"
        "print('numpy' in sys.modules, 'glassnet.data.csv_table' in sys.modules);"
        "print(gn.load_data.__name__, gn.plots.__name__)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "False", "load_data", "glassnet.glass.plots"]


def test_what_type_checkers_see_is_what_there_is():
    source = Path(gn.__file__).read_text(encoding="utf-8")
    seen = {
        alias.name: node.module.removeprefix("glassnet").lstrip(".")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "glassnet"
        for alias in node.names
    }
    assert {name: seen[name] for name in gn._HOMES} == gn._HOMES
    assert {*gn._HOMES, "__version__"} == set(gn.__all__)
