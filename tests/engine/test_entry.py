"""The doors into compiled code: opened once, with a word if it takes a while, and not at all without Numba."""

import sys

import numpy as np
import pytest

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
    monkeypatch.setattr(doors, "compiled", lambda *what: asked.append(what) or (lambda: what))
    monkeypatch.setattr(entry, "_loaded", {})
    monkeypatch.setattr(entry, "_folder", lambda: tmp_path)
    return asked, tmp_path


def test_the_first_time_it_says_what_takes_so_long(compiling, capsys):
    asked, folder = compiling
    assert not entry.ready("interpreter", FLOAT32)
    door = entry.interpreter(FLOAT32)
    assert asked == [("interpreter", FLOAT32, folder)]
    assert f"compiling the engine for float32, once; half a minute or so (kept in {folder})" in capsys.readouterr().err
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
    assert len(asked) == 2
    assert capsys.readouterr().err == ""


def test_where_nothing_can_be_kept_it_says_that(compiling, capsys, monkeypatch):
    asked, _ = compiling
    monkeypatch.setattr(entry, "_folder", lambda: None)
    entry.interpreter(FLOAT64)
    assert asked == [("interpreter", FLOAT64, None)]
    assert "not kept: no folder can be written" in capsys.readouterr().err
