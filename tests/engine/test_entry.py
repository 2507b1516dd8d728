"""The doors into compiled code: opened once, with a word if it takes a while, and not at all without Numba."""

import os
import subprocess
import sys

import numpy as np
import pytest

from glassnet.data.download import cache_folder
from glassnet.engine import entry

FLOAT32, FLOAT64 = np.dtype("float32"), np.dtype("float64")


def test_without_numba_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setattr(entry, "unavailable", entry.unavailable.__wrapped__)
    monkeypatch.setattr(entry, "_loaded", {})
    assert entry.unavailable().startswith("Numba cannot be loaded here (ModuleNotFoundError")
    with pytest.raises(RuntimeError, match="Numba cannot be loaded here"):
        entry.interpreter(FLOAT32)


@pytest.fixture
def compiling(monkeypatch, tmp_path):
    """Put a compiler in place that takes no time; return what it was asked for, and the folder."""
    pytest.importorskip("numba", reason="the doors need Numba", exc_type=ImportError)
    from glassnet.engine import doors

    asked = []
    monkeypatch.setattr(doors, "compile_apart", lambda *what: asked.append(what) or True)
    monkeypatch.setattr(doors, "compiled", lambda *what: lambda: what)
    monkeypatch.setattr(entry, "_loaded", {})
    monkeypatch.setattr(entry, "_folder", lambda: tmp_path)
    return asked, tmp_path


def test_the_first_time_it_says_what_takes_so_long(compiling, capsys):
    asked, folder = compiling
    assert not entry.ready("interpreter", FLOAT32)
    door = entry.interpreter(FLOAT32)
    assert asked == [("interpreter", FLOAT32, folder)]
    assert f"compiling the engine (half a minute or so) for float32, once; kept in {folder}" in capsys.readouterr().err
    assert entry.interpreter(FLOAT32) is door
    assert len(asked) == 1
    assert entry.ready("interpreter", FLOAT32)
    assert not entry.ready("interpreter", FLOAT64)
    assert not entry.ready("row", FLOAT32)


def test_what_is_on_disk_is_loaded_without_a_word(compiling, capsys):
    asked, _ = compiling
    entry.row_predictor(FLOAT64)
    entry._loaded.clear()  # another process
    capsys.readouterr()
    assert entry.ready("row", FLOAT64)
    assert not entry.loaded("row", FLOAT64)
    entry.row_predictor(FLOAT64)
    assert entry.loaded("row", FLOAT64)
    assert len(asked) == 1
    assert capsys.readouterr().err == ""


def test_where_nothing_can_be_kept_it_says_that(compiling, capsys, monkeypatch):
    asked, _ = compiling
    monkeypatch.setattr(entry, "_folder", lambda: None)
    entry.interpreter(FLOAT64)
    assert [what[:2] for what in asked] == [("interpreter", FLOAT64)]
    assert not asked[0][2].exists()  # it was a passing one
    notice = capsys.readouterr().err
    assert "not kept, since" in notice
    assert str(cache_folder()) in notice
    assert "GLASSNET_CACHE" in notice


@pytest.mark.parametrize("there", ["ready", "of another type"])
def test_what_cannot_be_read_is_made_anew(compiling, capsys, monkeypatch, there):
    from glassnet.engine import doors

    asked, folder = compiling
    (folder / "index").write_bytes(b"cut sho")
    if there == "ready":
        (folder / "interpreter-float32").touch()

    def read(*what):
        if (folder / "index").exists():
            raise EOFError
        return what

    monkeypatch.setattr(doors, "compiled", read)
    assert entry.interpreter(FLOAT32) == ("interpreter", FLOAT32, folder)
    assert asked[-1] == ("interpreter", FLOAT32, folder)
    notice = capsys.readouterr().err
    assert f"what is kept in {folder} cannot be loaded (" in notice
    assert "and is made anew" in notice
    assert entry.ready("interpreter", FLOAT32)


USE = """
import hashlib, sys
import numpy as np
import glassnet as gn
from glassnet.engine.augmentation import CompiledAugmentation
x = np.random.default_rng(1).random((64, 784), dtype=np.float32)
compiled, out = CompiledAugmentation(gn.Augmentation(), 28), np.empty_like(x)
compiled.apply(x, compiled.draw(64, np.random.default_rng(0)), out)
print(hashlib.sha256(out.tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_compiled_loaded_or_made_anew_it_gives_the_same_bits(tmp_path):
    pytest.importorskip("numba", reason="the doors need Numba", exc_type=ImportError)
    found = []
    for cut_short in (False, False, True, False):
        for kept in tmp_path.rglob("*.nbc") if cut_short else ():  # as where a disk was full
            kept.write_bytes(kept.read_bytes()[:1000])
        done = subprocess.run(
            [sys.executable, "-c", USE], env={**os.environ, "GLASSNET_CACHE": str(tmp_path)}, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        found.append((done.stdout, done.stderr))
    assert "compiling the augmentation (a few seconds) for float32, once; kept in " in found[0][1]
    assert found[1][1] == ""
    assert "and is made anew" in found[2][1]
    assert found[3][1] == ""
    assert found[0][0] == found[1][0] == found[2][0] == found[3][0]
