"""The public names: those of `__all__` are there, whether loaded at once or when first asked for."""

import subprocess
import sys

import pytest

import glassnet as gn


@pytest.mark.parametrize("name", gn.__all__)
def test_every_public_name_is_there(name):
    assert getattr(gn, name) is not None
    assert name in dir(gn)


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(AttributeError, match="Did you mean 'load_mnist'"):
        _ = gn.load_mnits


def test_data_and_plots_load_when_first_asked_for():
    code = (
        "import sys, glassnet as gn;"
        "print('glassnet.data.csv_table' in sys.modules, gn.load_data.__name__, gn.plots.__name__)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "load_data", "glassnet.glass.plots"]
