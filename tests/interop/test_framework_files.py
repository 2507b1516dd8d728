"""The table of other libraries' endings: each writes a file that comes back."""

from importlib.util import find_spec

import pytest

import glassnet as gn
from glassnet.interop.framework_files import WRITERS
from random_networks import largest_difference, random_network, rows_for

NEEDS = {".pt": "torch", ".pth": "torch", ".keras": "h5py", ".weights.h5": "h5py"}


@pytest.mark.parametrize("suffix", WRITERS)
def test_each_ending_writes_what_comes_back(suffix, tmp_path):
    if find_spec(NEEDS[suffix]) is None:
        pytest.skip(f"{NEEDS[suffix]} is not installed")
    net = random_network(8)
    path = WRITERS[suffix](net, tmp_path / f"model{suffix}")
    back = gn.from_torch if NEEDS[suffix] == "torch" else gn.from_keras
    again = back(path) if suffix == ".keras" else back(path, layers=net.layers)
    assert largest_difference(again.predict(rows_for(net)), net.predict(rows_for(net))) == 0
