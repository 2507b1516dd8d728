"""What all plots promise: `ax` is honoured, the Axes is returned, nothing global changes, nothing is shown."""

import io
import subprocess
import sys
from importlib.util import find_spec
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from glassnet.glass import plots
from glassnet.glass.plots import style
from glassnet.mathematics.checks import ArgumentTypeError

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (12, 28, 28), dtype=np.uint8)
CLASSES = np.arange(12) % 3
PROBABILITIES = RNG.dirichlet(np.ones(3), 12)
HISTORY = {
    "epochs": {"loss": [1.0, 0.5, 0.25], "val_loss": [1.1, 0.6, 0.4], "accuracy": [0.5, 0.8, 0.9]},
    "steps": {"loss": [2.0, 1.5, 1.0, 0.7, 0.5, 0.2]},
    "evaluations": {"step": [0, 3, 6], "loss": [2.3, 0.9, 0.4]},
}
POINTS, SIDES = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
PATH = [[1.0, 1.0], [0.5, 0.5], [0.25, 0.25]]


def bowl(x):
    return np.sum(np.square(x))


PLOTS = {
    "activation_function": lambda **ax: plots.activation_function("relu", **ax),
    "cost_curve": lambda **ax: plots.cost_curve(bowl, [2.0, 1.0, 0.5], at=[0, 1], **ax),
    "cost_surface": lambda **ax: plots.cost_surface(bowl, PATH, **ax),
    "decision_regions": lambda **ax: plots.decision_regions(lambda x: x[:, 0] > 0.5, POINTS, SIDES, **ax),
    "digit_manifold": lambda **ax: plots.digit_manifold(IMAGES[0], **ax),
    "digit_walk": lambda **ax: plots.digit_walk(IMAGES[:3], steps=3, **ax),
    "gradient_field": lambda **ax: plots.gradient_field(bowl, n=3, path=PATH, **ax),
    "random_pixels": lambda **ax: plots.random_pixels(IMAGES[:4], **ax),
    "tangent": lambda **ax: plots.tangent(bowl, [1, 2], **ax),
    "learning_curves": lambda **ax: plots.learning_curves(HISTORY, by_step=True, **ax),
    "digit_grid": lambda **ax: plots.digit_grid(IMAGES, CLASSES, CLASSES[::-1], **ax),
    "confusion_matrix": lambda **ax: plots.confusion_matrix(CLASSES, CLASSES[::-1], **ax),
    "mistakes": lambda **ax: plots.mistakes(IMAGES, CLASSES, PROBABILITIES, **ax),
    "no mistakes": lambda **ax: plots.mistakes(IMAGES, CLASSES, np.eye(3)[CLASSES], **ax),
    "first_layer_weights": lambda **ax: plots.first_layer_weights(RNG.normal(size=(784, 30)), **ax),
    "activation_histograms": lambda **ax: plots.activation_histograms({"A1": RNG.normal(size=(50, 4))}, **ax),
    "reliability": lambda **ax: plots.reliability(CLASSES, PROBABILITIES, **ax),
    "digit_stages": lambda **ax: plots.digit_stages(SimpleNamespace(stages={"grey": IMAGES[0]}), **ax),
}
if find_spec("sklearn"):  # whose curves they are
    PLOTS |= {
        "roc": lambda **ax: plots.roc(CLASSES, PROBABILITIES, **ax),
        "precision_recall": lambda **ax: plots.precision_recall(CLASSES, PROBABILITIES, **ax),
    }
every_plot = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)


def drawn_pixels(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


@every_plot
def test_without_ax_a_figure_of_its_own_is_made_and_can_be_drawn(plot):
    ax = plot()
    assert isinstance(ax, Axes)
    assert isinstance(ax.figure, Figure)
    assert len(ax.figure.axes) == 1
    assert len(np.unique(drawn_pixels(ax.figure).reshape(-1, 4), axis=0)) > 1


@every_plot
def test_ax_is_honoured_and_its_neighbour_left_alone(plot):
    figure = Figure()
    here, neighbour = figure.subplots(1, 2)
    figure.sca(neighbour)
    assert plot(ax=here) is here
    assert figure.axes == [here, neighbour]
    assert figure.gca() is neighbour
    assert here.get_children() != neighbour.get_children()
    assert not neighbour.lines
    assert not neighbour.images
    assert not neighbour.texts
    assert neighbour.axison
    drawn_pixels(figure)


@every_plot
def test_pyplot_and_its_parameters_stay_as_they_are(plot):
    import matplotlib.pyplot as plt

    mine = plt.figure()
    my_axes = mine.add_subplot()
    before = dict(mpl.rcParams)
    try:
        plot()
        assert plt.get_fignums() == [mine.number]
        assert plt.gcf() is mine
        assert plt.gca() is my_axes
        assert not my_axes.has_data()
        assert dict(mpl.rcParams) == before
    finally:
        plt.close(mine)


@every_plot
def test_a_notebook_shows_a_figure_of_its_own_and_leaves_the_users_to_pyplot(plot):
    picture = Image.open(io.BytesIO(plot()._repr_png_()))
    assert picture.format == "PNG"
    assert min(picture.size) > 50
    assert not hasattr(plot(ax=Figure().add_subplot()), "_repr_png_")


@every_plot
def test_a_dark_style_and_a_small_place_can_be_drawn(plot):
    with mpl.style.context("dark_background"), mpl.rc_context({"axes.grid": True}):
        figure = Figure(figsize=(1.2, 1.0))
        plot(ax=figure.add_subplot())
        drawn_pixels(figure)


@every_plot
def test_a_part_of_a_figure_will_do(plot):
    part = Figure().subfigures(1, 2)[1]
    ax = part.add_subplot()
    assert plot(ax=ax) is ax
    drawn_pixels(part.figure)


@every_plot
@pytest.mark.parametrize("ax", [np.array([1, 2]), Figure(), "ax"], ids=["array", "figure", "text"])
def test_what_is_no_axes_is_refused(plot, ax):
    with pytest.raises(ArgumentTypeError, match="ax must be a Matplotlib Axes or None, got"):
        plot(ax=ax)


def test_plots_neither_import_pyplot_nor_matplotlib_before_they_draw():
    code = (
        "import sys\n"
        "from glassnet.glass import plots\n"
        "print('matplotlib' in sys.modules)\n"
        "plots.confusion_matrix([0, 1], [0, 1])\n"
        "print('matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "True", "False"]


def luminance(color):
    red, green, blue = colors.to_rgb(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("name", "steady"),
    [(style.SEQUENTIAL, slice(None)), (style.DIVERGING, slice(0, 128)), (style.INK_ON_PAPER, slice(None))],
)
def test_lightness_of_the_colour_maps_runs_one_way(name, steady):
    lightness = [luminance(color) for color in mpl.colormaps[name](np.linspace(0, 1, 256))[steady, :3]]
    assert np.all(np.diff(lightness) <= 0.003) or np.all(np.diff(lightness) >= -0.003)


def test_the_public_names_are_all_there():
    assert set(plots.__all__) == {name.removeprefix("no ") for name in PLOTS} | {
        "FitRecorder",
        "precision_recall",
        "roc",
        "activation_functions",
        "animation_of_fit",
        "explanation",
        "learning_curves_figure",
        "learning_rates",
        "plane_before_and_after",
        "save_figure",
    }
    assert all(callable(getattr(plots, name)) for name in plots.__all__)
