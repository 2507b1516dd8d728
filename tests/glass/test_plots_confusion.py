"""The confusion matrix: the numbers in the cells, and whether they can be read."""

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import colors
from matplotlib.font_manager import fontManager

from glassnet.glass import plots
from glassnet.glass.plots.fonts import CJK_FONTS
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, ShapeError

TRUE = [0, 0, 0, 1, 2, 2, 2, 2]
ANSWERED = [0, 1, 0, 2, 0, 2, 2, 2]
KOREAN = ["영", "일", "이"]


def cells(ax):
    """The text of each cell by (row, column)."""
    return {(int(text.get_position()[1]), int(text.get_position()[0])): text.get_text() for text in ax.texts}


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_cells_hold_the_counts_and_the_title_the_share():
    ax = plots.confusion_matrix(TRUE, ANSWERED)
    expected = {(0, 0): "2", (0, 1): "1", (1, 2): "1", (2, 0): "1", (2, 2): "3"}
    assert {place: text for place, text in cells(ax).items() if text} == expected
    assert ax.get_title(loc="left") == "5 of 8 right (62.50%)"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert ticks(ax.xaxis) == ticks(ax.yaxis) == ["0", "1", "2"]


def test_normalized_cells_are_percentages_of_their_row_and_absent_classes_stay_empty():
    ax = plots.confusion_matrix([0, 0, 0, 2], [0, 1, 0, 2], normalize=True)
    assert {place: text for place, text in cells(ax).items() if text} == {
        (0, 0): "66.7",
        (0, 1): "33.3",
        (2, 2): "100.0",
    }


def test_the_diagonal_does_not_drown_the_errors():
    t = np.repeat([0, 1, 2], 1000)
    predicted = t.copy()
    predicted[:2] = 1
    predicted[1000:1008] = 2
    picture = plots.confusion_matrix(t, predicted).images[0]
    assert np.ma.getmaskarray(picture.get_array()).tolist() == np.eye(3, dtype=bool).tolist()
    lightness = picture.to_rgba(picture.get_array())[..., :3].sum(axis=-1)
    assert lightness[1, 2] == lightness.min()
    assert lightness[1, 2] < lightness[0, 1] < lightness[0, 2]


def contrast(first, second):
    def luminance(color):
        value = np.array(colors.to_rgb(color))
        linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(first), luminance(second)])
    return (high + 0.05) / (low + 0.05)


def test_every_number_stands_out_from_its_cell():
    t, predicted = zip(*[(0, j) for j in range(1, 12) for _ in range(j)], strict=True)
    ax = plots.confusion_matrix(t, predicted)
    colors_of_cells = ax.images[0].to_rgba(ax.images[0].get_array())
    for text in ax.texts:
        column, row = text.get_position()
        assert contrast(text.get_color(), colors_of_cells[int(row), int(column), :3]) >= 4.5  # WCAG 2.1, level AA


def test_without_errors_or_with_one_class_it_draws():
    for t in ([0, 1, 2], [0]):
        plots.confusion_matrix(t, t).figure.canvas.draw()


def test_many_classes_are_drawn_without_numbers_and_with_some_ticks():
    ax = plots.confusion_matrix(np.arange(100), np.arange(100))
    assert not ax.texts
    assert len(ticks(ax.xaxis)) <= 30


def test_names_label_both_sides_and_fix_the_number_of_classes():
    ax = plots.confusion_matrix([0, 1], [0, 1], class_names=["T-shirt", "trouser", "$bag$"])
    ax.figure.canvas.draw()
    assert ticks(ax.xaxis) == ticks(ax.yaxis) == ["T-shirt", "trouser", "$bag$"]


@pytest.fixture
def hangul_font(tmp_path):
    """A font called NanumGothic with the letters of KOREAN and no others, made known to Matplotlib for a while."""
    letters = [*"".join(KOREAN)]
    pen = TTGlyphPen(None)
    for move, point in zip([pen.moveTo] + [pen.lineTo] * 3, [(0, 0), (0, 700), (700, 700), (700, 0)], strict=True):
        move(point)
    pen.closePath()
    glyphs = [".notdef", *(f"uni{ord(letter):04X}" for letter in letters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap({ord(letter): f"uni{ord(letter):04X}" for letter in letters})
    builder.setupGlyf(dict.fromkeys(glyphs, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (800, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "NanumGothic", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    path = tmp_path / "hangul.ttf"
    builder.save(path)
    before = list(fontManager.ttflist)
    # Whatever else this machine has would be preferred to it or make the test depend on the machine.
    fontManager.ttflist = [font for font in before if font.name not in CJK_FONTS]
    fontManager.addfont(path)
    yield "NanumGothic"
    fontManager.ttflist = before


def test_korean_names_are_written_where_a_font_has_them(hangul_font):
    ax = plots.confusion_matrix(TRUE, ANSWERED, class_names=KOREAN)
    ax.figure.canvas.draw()  # a missing letter would warn, which fails the test
    assert ticks(ax.xaxis) == KOREAN
    assert ax.get_ylabel() == "true class"
    assert hangul_font in ax.get_xticklabels()[0].get_fontfamily()


def test_names_that_no_font_has_become_numbers_and_it_is_said(monkeypatch):
    monkeypatch.setattr(fontManager, "ttflist", [font for font in fontManager.ttflist if font.name not in CJK_FONTS])
    ax = plots.confusion_matrix(TRUE, ANSWERED, class_names=KOREAN)
    ax.figure.canvas.draw()
    assert ticks(ax.xaxis) == ["0", "1", "2"]
    assert ax.get_ylabel() == "true class (no font for the names)"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: plots.confusion_matrix([0, 1], [0]), ShapeError, "2 true classes and 1 answers"),
        (lambda: plots.confusion_matrix([], []), ShapeError, "at least one sample"),
        (lambda: plots.confusion_matrix([0, 2], [0, 1], class_names=["a", "b"]), DataError, "from 0 to 1, got 2"),
        (lambda: plots.confusion_matrix([0], [0], class_names="ab"), ArgumentTypeError, "sequence of strings"),
        (lambda: plots.confusion_matrix([0], [0], class_names=[]), ArgumentError, "n_classes must be"),
        (lambda: plots.confusion_matrix([0.5], [0]), DataError, "got 0.5"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
