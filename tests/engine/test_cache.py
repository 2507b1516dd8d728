"""Where compiled code is kept: one folder for each version of the engine, a few of them."""

import os
from pathlib import Path

import pytest

from glassnet.engine import cache


@pytest.fixture(autouse=True)
def _place(monkeypatch, tmp_path):
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "cache"))


def test_the_folder_is_made_where_the_variable_says_and_stays_the_same(tmp_path):
    folder = cache.engine_folder()
    assert folder == cache.engine_folder()
    assert folder.parent == tmp_path / "cache"
    assert folder.is_dir()
    assert not list(folder.iterdir())


def test_where_nothing_can_be_written_there_is_none(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GLASSNET_CACHE", str(tmp_path / "file"))
    assert cache.engine_folder() is None


def test_a_user_without_a_home_has_none(monkeypatch):
    for name in ("GLASSNET_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def homeless(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", homeless)
    assert cache.engine_folder() is None


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
    folders = [tmp_path / f"engine-{number}" for number in range(cache.KEPT_VERSIONS + 3)]
    for age, folder in enumerate(folders):
        folder.mkdir()
        (folder / "code").touch()
        os.utime(folder, (1000 - age, 1000 - age))
    (tmp_path / "other").mkdir()
    cache.remove_old_versions(folders[-1])
    left = {folder.name for folder in tmp_path.iterdir() if folder.name != "cache"}
    assert left == {"other", folders[-1].name, *(f"engine-{number}" for number in range(cache.KEPT_VERSIONS - 1))}
