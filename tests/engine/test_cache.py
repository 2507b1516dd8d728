"""Where compiled code is kept: one folder for each version of the engine, a few of them."""

import os
import sys
from pathlib import Path

import pytest

from glassnet.engine import cache


@pytest.fixture(autouse=True)
def _place(monkeypatch, tmp_path):
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "cache"))


def test_the_folder_is_made_where_the_variable_says_and_stays_the_same(tmp_path):
    folder = cache.cache_folder()
    assert folder == cache.cache_folder()
    assert folder.parent == tmp_path / "cache"
    assert folder.is_dir()
    assert not list(folder.iterdir())


def test_without_the_variable_it_is_the_users_own_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("GLASSNET_CACHE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache._root() == tmp_path / "xdg" / "glassnet"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert cache._root() == tmp_path / ".cache" / "glassnet"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache._root() == tmp_path / "Library" / "Caches" / "glassnet"


def test_where_nothing_can_be_written_there_is_none(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "file"))
    assert cache.cache_folder() is None


def test_a_change_of_any_file_of_the_engine_or_of_numba_is_another_version(monkeypatch, tmp_path):
    (tmp_path / "kernels").mkdir()
    kernel = tmp_path / "kernels" / "loops.py"
    kernel.write_text("one = 1")
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "cache.py"))
    versions = {"numba": "1", "llvmlite": "2", "numpy": "3"}
    monkeypatch.setattr(cache, "version", versions.__getitem__)
    first = cache._digest()
    assert first == cache._digest()
    kernel.write_text("one = 2")
    second = cache._digest()
    kernel.rename(kernel.with_name("other.py"))
    third = cache._digest()
    versions["numba"] = "1.1"
    assert len({first, second, third, cache._digest()}) == 4


def test_old_versions_are_removed_but_for_the_newest(tmp_path):
    folders = [tmp_path / f"engine-{number}" for number in range(6)]
    for age, folder in enumerate(folders):
        folder.mkdir()
        (folder / "code").touch()
        os.utime(folder, (1000 - age, 1000 - age))
    (tmp_path / "other").mkdir()
    cache.remove_old_versions(folders[5])
    left = {folder.name for folder in tmp_path.iterdir() if folder.name != "cache"}
    assert left == {"other", "engine-5", *(f"engine-{number}" for number in range(cache.KEPT_VERSIONS - 1))}
