"""What an explanation says, shows, draws and saves; what is refused."""

import dataclasses
import io
import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

import glassnet as gn
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, GlassnetError, ShapeError


@pytest.fixture(scope="module")
def digits():
    """A small network of 8×8 pictures, with its data."""
    rng = np.random.default_rng(0)
    t = rng.integers(0, 3, 90)
    x = np.clip(rng.random((90, 64)) * 0.5 + 0.5 * np.eye(3)[t].repeat(22, axis=1)[:, :64], 0, 1)
    network = gn.Network([gn.Dense(64, 12), gn.ReLU(), gn.Dense(12, 3), gn.Softmax()], seed=1)
    network.fit(x, t, epochs=20, executor="reference", verbose=0)
    return network, x, t


@pytest.fixture(scope="module")
def explanation(digits):
    network, x, t = digits
    return network.explain(x[0], data=(x, t))


def test_numbers_in_the_text_add_up(explanation):
    text = str(explanation)
    for heading in ("By unit of hidden layer A1 (exact)", "By pixel (exact)"):
        rows = text.split(f"{heading}\n")[1].split("\n\n", maxsplit=1)[0].splitlines()[1:]
        *values, total = [float(row.rstrip("█╌ ").split()[-1]) for row in rows]
        assert rows[-1].startswith("  sum ")
        assert len(values) > 3
        assert np.isclose(sum(values), total, atol=5e-3)
        assert np.isclose(total, explanation.score, atol=5e-3)


def test_korean(explanation):
    text = str(explanation.within("ko"))
    for words in ("왜 ", "은닉층 A1의 뉴런별 기여 (정확한 값)", "픽셀별 기여", "가장 가까운 훈련 표본", "L2 크기"):
        assert words in text
    assert "(이)" not in text
    assert explanation.language == "en"


def test_html_is_well_formed_and_hidden_from_no_reader(explanation):
    text = explanation._repr_html_()
    root = ET.fromstring(text)
    assert len(root.findall(".//{http://www.w3.org/2000/svg}svg")) == 3
    assert len(root.findall(".//{http://www.w3.org/2000/svg}title")) == 3
    assert root.attrib["lang"] == "en"
    assert str(explanation.change.changed) in text


def test_names_in_html_are_escaped():
    network = gn.Network([gn.Dense(2, 2), gn.Softmax()])
    explanation = dataclasses.replace(network.explain([1.0, 2.0]), class_names=("<b>", "&"))
    assert "<b>" not in explanation._repr_html_()
    ET.fromstring(explanation._repr_html_())


def test_json(explanation, tmp_path):
    path = explanation.save(tmp_path / "why.json")
    saved = json.loads(path.read_text(encoding="utf-8"))
    assert saved == explanation.to_dict()
    inputs = saved["inputs"]
    assert np.isclose(sum(inputs["contributions"]) + inputs["constant"], saved["score"])
    assert saved["change"]["after"] == explanation.change.after
    assert saved["neighbours"]["indices"][0] == 0
    with pytest.raises(DataError):
        explanation.save(tmp_path / "missing" / "why.json")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_figure_can_be_drawn(explanation, language):
    figure = explanation.within(language).plot()
    picture = Image.open(io.BytesIO(figure._repr_png_()))
    assert min(picture.size) > 300
    images = [ax for ax in figure.axes if ax.images]
    assert len(images) == 3 + 5
    contributions = images[1].images[0].get_array()
    assert np.allclose(contributions, explanation.inputs.contributions.reshape(8, 8))
    bars = next(ax for ax in figure.axes if ax.patches)
    widths = [patch.get_width() for patch in bars.patches]
    assert np.isclose(sum(widths), explanation.score)


def test_figures_without_pictures_or_hidden_layers():
    network = gn.Network([gn.Dense(3, 1)], loss="mean_squared_error")
    figure = network.explain([1.0, 2.0, 3.0]).plot()
    assert len(figure.axes) == 1
    figure._repr_png_()
    with pytest.raises(ArgumentTypeError, match=r"what net\.explain returned"):
        gn.plots.explanation("why")


def test_it_is_frozen(explanation):
    with pytest.raises(dataclasses.FrozenInstanceError):
        explanation.score = 1.0
    for array in (explanation.x, explanation.inputs.contributions, explanation.change.delta):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    assert isinstance(explanation, gn.Explanation)


def test_the_runner_up_is_the_default(digits):
    network, x, _ = digits
    order = np.argsort(-network.predict(x[:1])[0])
    asked = network.explain(x[0], turn_to=None).question
    assert (asked.why, asked.why_not) == tuple(order[:2])
    assert network.explain(x[0], why=order[2], turn_to=None).question.why_not == order[0]
    assert network.explain(x[0], why_not=order[0], turn_to=None).question.why == order[1]
    assert network.explain(x[0], why_not=order[2], turn_to=None).question.why == order[0]


@pytest.mark.parametrize(
    ("arguments", "kind", "words"),
    [
        ({"why": 3}, ArgumentError, "why must be from 0 to 2"),
        ({"why": -1}, ArgumentError, "why must be from 0 to 2"),
        ({"why": 1.5}, ArgumentTypeError, "why must be an integer"),
        ({"why": "three"}, ArgumentError, "one of the classes 0, 1, 2"),
        ({"why": 1, "why_not": 1}, ArgumentError, "must differ"),
        ({"layer": "A2"}, ArgumentError, "layer must be a hidden layer, 'A1'"),
        ({"layer": 7}, ArgumentError, "layer must be a hidden layer"),
        ({"neighbours": -1}, ArgumentError, "neighbours"),
        ({"baseline": "mean"}, ArgumentError, "needs the training data"),
        ({"baseline": "zero"}, ArgumentError, "Did you mean 'zeros'"),
        ({"baseline": [1.0]}, ShapeError, "baseline must have the 64 numbers"),
        ({"baseline": [np.nan] * 64}, DataError, "baseline must be finite"),
        ({"limits": (0.9, 1.0)}, ArgumentError, "limits must include the sample"),
        ({"limits": 1}, ArgumentTypeError, "limits must be a pair"),
        ({"limits": ("a", 1)}, ArgumentTypeError, "low of limits"),
        ({"turn_to": 5}, ArgumentError, "turn_to must be from 0 to 2"),
        ({"language": "de"}, ArgumentError, "language"),
        ({"data": [1]}, ArgumentTypeError, "data must be"),
        ({"data": ([[1.0, 2.0]], [1])}, ShapeError, "the training data must have the shape"),
        ({"data": (np.zeros((2, 64)), [1])}, ShapeError, "t_train"),
        ({"scaling": "units", "data": (np.zeros((1, 64)), [1])}, ArgumentError, "scaling"),
    ],
)
def test_what_cannot_be_used_is_told(digits, arguments, kind, words):
    network, x, _ = digits
    with pytest.raises(kind, match=words):
        network.explain(x[0], **arguments)


def test_samples_that_cannot_be_explained(digits):
    network, x, _ = digits
    with pytest.raises(ShapeError, match="one sample"):
        network.explain(x[:2])
    with pytest.raises(ShapeError):
        network.explain(x[0, :9])
    with pytest.raises(DataError, match="x must be finite"):
        network.explain([np.inf] * 64)
    answer = network.explain(x[:1], turn_to=None).question.answer
    with pytest.raises(ArgumentError, match="another class than the answer"):
        network.explain(x[0], turn_to=answer)
    sick = gn.Network([gn.Dense(1, 2, init=([[np.nan, 1.0]], [0.0, 0.0])), gn.Softmax()])
    with pytest.raises(DataError, match="finite numbers"):
        sick.explain([1.0])


def test_a_regression_cannot_turn():
    network = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error")
    with pytest.raises(GlassnetError, match="for classifiers"):
        network.explain([1.0, 2.0], turn_to=0)
    assert "turns the answer" not in str(network.explain([1.0, 2.0]))
