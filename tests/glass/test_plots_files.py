"""Saving figures: whole files of the right kind, or the old one and a clear error."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from glassnet.glass import plots
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, MissingFileError


@pytest.fixture
def ax():
    return plots.digit_grid(np.eye(28)[np.newaxis], [1])


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.PDF", b"%PDF")])
def test_axes_and_figures_are_written_and_the_same_twice(tmp_path, ax, name, start):
    path = plots.save_figure(ax, tmp_path / name)
    first = path.read_bytes()
    assert path == tmp_path / name
    assert first.startswith(start)
    assert plots.save_figure(ax.figure, str(path)).read_bytes() == first
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_the_whole_figure_is_saved_in_the_resolution_asked_for(tmp_path):
    figure = Figure(figsize=(4, 2))
    inner = figure.subfigures(1, 2)[0].subfigures(1, 2)[1].add_subplot()
    with Image.open(plots.save_figure(inner, tmp_path / "a.png", dpi=50)) as picture:
        assert picture.size == (200, 100)


def test_the_figure_stays_open_and_as_it_was(tmp_path, ax):
    import matplotlib.pyplot as plt

    mine, my_axes = plt.subplots()
    try:
        dpi, size, canvas = mine.dpi, tuple(mine.get_size_inches()), mine.canvas
        plots.save_figure(my_axes, tmp_path / "a.pdf")
        assert plt.fignum_exists(mine.number)
        assert (mine.dpi, tuple(mine.get_size_inches()), mine.canvas) == (dpi, size, canvas)
    finally:
        plt.close(mine)


def test_a_full_disk_leaves_the_old_file(tmp_path, ax):
    resource = pytest.importorskip("resource", reason="only Unix can limit the size of files")
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(DataError, match=r"a\.png cannot be written: File too large"):
            plots.save_figure(ax, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("a.jpeg", ArgumentError, "must be one of '.pdf', '.png', '.svg', got '.jpeg'"),
        ("a", ArgumentError, "the ending of the path must be"),
        ("nowhere/a.png", MissingFileError, "Make .*nowhere first"),
        ("file/a.png", MissingFileError, "the folder of .* must exist"),
        ("folder.png", DataError, "folder.png cannot be written"),
    ],
)
def test_bad_places_are_named_and_nothing_is_left(tmp_path, ax, name, error, words):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(error, match=words):
        plots.save_figure(ax, tmp_path / name)
    assert {file.name for file in tmp_path.iterdir()} == {"file", "folder.png"}


@pytest.mark.parametrize(
    ("what", "path", "dpi", "error", "words"),
    [
        ("picture", "a.png", 100, ArgumentTypeError, "must be a Matplotlib Axes or Figure, got 'picture'"),
        (Figure(), 7, 100, ArgumentTypeError, "path must be a str or a path, got 7"),
        (Figure(), "a.png", 0, ArgumentError, "dpi must be a finite number above 0"),
    ],
)
def test_bad_arguments_are_named(what, path, dpi, error, words):
    with pytest.raises(error, match=words):
        plots.save_figure(what, path, dpi=dpi)
