"""The perceptron and Rosenblatt's rule, against arithmetic by hand and an exact simulation."""

import time
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, GlassnetError, ShapeError
from glassnet.mathematics.perceptron import Perceptron

INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
TARGETS = {"AND": [0, 0, 0, 1], "NAND": [1, 1, 1, 0], "OR": [0, 1, 1, 1], "XOR": [0, 1, 1, 0]}


class TestPerceptron:
    def test_bias_and_threshold_are_two_forms_of_one(self):
        by_bias, by_threshold = Perceptron([0.5, 0.5], bias=-0.7), Perceptron([0.5, 0.5], threshold=0.7)
        assert by_bias.threshold == 0.7
        assert by_threshold.bias == -0.7
        np.testing.assert_array_equal(by_bias(INPUTS), by_threshold(INPUTS))

    def test_one_input_or_rows(self):
        perceptron = Perceptron([0.5, 0.5], bias=-0.7)
        assert type(perceptron([1, 1])) is int
        assert [perceptron(x) for x in INPUTS] == [0, 0, 0, 1]
        rows = perceptron(INPUTS)
        assert rows.tolist() == [0, 0, 0, 1]
        assert rows.dtype.kind == "i"
        assert perceptron(np.empty((0, 2))).shape == (0,)

    def test_net_input(self):
        perceptron = Perceptron([1, -2], bias=0.5)
        assert perceptron.net_input([3, 1]) == 1.5
        assert isinstance(perceptron.net_input([3, 1]), float)
        assert perceptron.net_input([[3, 1], [0, 0]]).tolist() == [1.5, 0.5]

    def test_exactly_zero_does_not_fire(self):
        assert Perceptron([1], bias=-1)([1]) == 0
        assert Perceptron([1], threshold=0)([0]) == 0
        assert Perceptron([1], bias=-1)([np.nextafter(1, 2)]) == 1

    def test_no_minus_zero(self):
        assert repr(Perceptron([1], threshold=0)) == "Perceptron([1.0], bias=0.0)"
        assert str(Perceptron([1], bias=0).threshold) == "0.0"

    @given(st.data())
    def test_a_row_alone_and_among_others_gives_the_same(self, data):
        n = data.draw(st.integers(1, 20))
        numbers = st.floats(-1e6, 1e6)
        weights = data.draw(st.lists(numbers, min_size=n, max_size=n))
        rows = np.array(data.draw(st.lists(st.lists(numbers, min_size=n, max_size=n), min_size=1, max_size=5)))
        perceptron = Perceptron(weights, bias=data.draw(numbers))
        alone = [perceptron.net_input(row) for row in rows]
        assert perceptron.net_input(rows).tolist() == alone
        assert perceptron.net_input(np.asfortranarray(rows)).tolist() == alone

    def test_sums_beyond_float64_do_not_warn(self):
        assert Perceptron([1e300], bias=0)([1e300]) == 1

    def test_the_weights_are_a_copy(self):
        weights = np.array([1.0, 2.0])
        perceptron = Perceptron(weights, bias=0)
        weights[0] = 9
        assert perceptron.weights.tolist() == [1, 2]

    @pytest.mark.parametrize(("form", "word"), [({}, "neither"), ({"bias": 1, "threshold": -1}, "both")])
    def test_one_of_bias_and_threshold_is_needed(self, form, word):
        with pytest.raises(ArgumentError, match=f"either bias=b or threshold=θ.* got {word}"):
            Perceptron([1.0], **form)

    def test_bias_by_position_is_refused(self):
        with pytest.raises(TypeError):
            Perceptron([1.0], 0.5)

    @pytest.mark.parametrize("weights", [[], 1.0, [[1.0, 2.0]]])
    def test_weights_form_a_row(self, weights):
        with pytest.raises(ShapeError, match=r"weights must have the shape \(n,\)"):
            Perceptron(weights, bias=0)

    @pytest.mark.parametrize(
        ("weights", "bias"), [([np.nan], 0), ([1], np.inf), (["a"], 0), ([1j], 0), (None, 0), ([1], "0")]
    )
    def test_numbers_that_are_none(self, weights, bias):
        with pytest.raises(GlassnetError, match="must"):
            Perceptron(weights, bias=bias)

    @pytest.mark.parametrize("x", [1.0, [1.0], [1, 2, 3], [[1], [2]], np.zeros((1, 1, 2))])
    def test_inputs_of_a_wrong_shape(self, x):
        with pytest.raises(ShapeError, match=r"x must have the shape \(2,\) or \(N, 2\) for 2 weights, got"):
            Perceptron([1, 1], bias=0)(x)

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_nan_is_refused(self, bad):
        with pytest.raises(DataError, match=r"x must be finite, got .* at \[0, 1\]"):
            Perceptron([1, 1], bias=0)([[1, bad]])


def rosenblatt(x, t, rate, epochs):
    """The rule in exact arithmetic from zero weights: mistakes and parameters, epoch by epoch."""
    rows = [[Fraction(v) for v in (*row, 1)] for row in np.asarray(x, dtype=float).tolist()]
    parameters = [Fraction(0)] * len(rows[0])
    history = []
    for _ in range(epochs):
        mistakes = 0
        for row, target in zip(rows, t, strict=True):
            y = int(sum(w * v for w, v in zip(parameters, row, strict=True)) > 0)
            mistakes += y != target
            parameters = [w + rate * (target - y) * v for w, v in zip(parameters, row, strict=True)]
        history.append((mistakes, tuple(parameters)))
        if mistakes == 0:
            break
    return history


class TestFit:
    def test_the_first_epochs_of_and_by_hand(self):
        # (1,1) is the only mistake of epoch 1; in epoch 2 the samples 00, 01 and 11 are.
        perceptron = Perceptron([0, 0], bias=0)
        report = perceptron.fit(INPUTS, TARGETS["AND"], epochs=2)
        (w1, b1), (w2, b2) = report.path
        assert (w1.tolist(), b1) == ([1, 1], 1)
        assert (w2.tolist(), b2) == ([2, 1], 0)
        assert report.mistakes == (1, 3)
        assert not report.converged
        assert report.cycle_length is None
        assert (perceptron.weights.tolist(), perceptron.bias) == ([2, 1], 0)
        assert "Not yet converged after 2 epochs: 3 mistakes in the last one" in str(report)

    @pytest.mark.parametrize("rate", [1, 0.1, 0.3, 7])
    @pytest.mark.parametrize("name", ["AND", "NAND", "OR"])
    def test_converges_on_what_a_line_separates(self, name, rate):
        perceptron = Perceptron([0.3, -0.7], bias=0.05)
        report = perceptron.fit(INPUTS, TARGETS[name], learning_rate=rate)
        assert report.converged
        assert report.mistakes[-1] == 0
        assert report.epochs == len(report.mistakes) == len(report.path)
        assert report.cycle_length is None
        assert perceptron(INPUTS).tolist() == TARGETS[name]
        assert str(report).startswith(f"Converged: epoch {report.epochs} made no mistake")

    @pytest.mark.parametrize("rate", [1, 0.1, 0.3, 1 / 3, 1e-3])
    @pytest.mark.parametrize("start", [(0, 0, 0), (0.3, -0.7, 0.05)])
    def test_cycles_on_xor_and_says_so(self, rate, start):
        perceptron = Perceptron(start[:2], bias=start[2])
        report = perceptron.fit(INPUTS, TARGETS["XOR"], learning_rate=rate, epochs=10_000)
        assert not report.converged
        assert report.cycle_length is not None
        first, last = report.path[-1 - report.cycle_length], report.path[-1]
        np.testing.assert_array_equal(first[0], last[0])
        assert first[1] == last[1]
        assert all(report.mistakes)
        assert "Cycles" in str(report)
        assert "no straight line separates the classes" in str(report)
        again = perceptron.fit(INPUTS, TARGETS["XOR"], learning_rate=rate, epochs=10_000)
        assert again.cycle_length == report.cycle_length, "it goes round for ever"

    @settings(max_examples=50)
    @given(
        st.lists(st.tuples(*[st.integers(-3, 3)] * 3), min_size=1, max_size=6),
        st.data(),
    )
    def test_against_exact_arithmetic(self, x, data):
        t = data.draw(st.lists(st.integers(0, 1), min_size=len(x), max_size=len(x)))
        report = Perceptron([0, 0, 0], bias=0).fit(x, t, learning_rate=0.25, epochs=60)
        expected = rosenblatt(x, t, Fraction(1, 4), report.epochs)
        assert report.mistakes == tuple(mistakes for mistakes, _ in expected)
        for (weights, bias), (_, parameters) in zip(report.path, expected, strict=True):
            assert (*weights, bias) == parameters
        states = [tuple([0] * 4), *(parameters for _, parameters in expected)]
        repeats = not report.converged and states[-1] in states[:-1]
        assert (report.cycle_length is not None) == repeats
        assert len(set(states[:-1])) == len(states) - 1, "it stops at the first repetition"

    def test_a_constant_class_needs_one_lesson(self):
        report = Perceptron([0.0], bias=0).fit([[1.0], [2.0]], [1, 1])
        assert report.mistakes == (1, 0)

    def test_a_perceptron_that_knows_is_not_changed(self):
        perceptron = Perceptron([0.5, 0.5], threshold=0.7)
        report = perceptron.fit(INPUTS, [False, False, False, True])
        assert report.mistakes == (0,)
        assert (perceptron.weights.tolist(), perceptron.bias) == ([0.5, 0.5], -0.7)

    def test_contradicting_samples_cycle(self):
        report = Perceptron([0.0], bias=0).fit([[1.0], [1.0]], [0, 1])
        assert report.cycle_length == 1

    def test_inputs_that_are_no_binary_fractions(self):
        report = Perceptron([0.0, 0.0], bias=0).fit(INPUTS * 0.1, TARGETS["XOR"], 0.1, epochs=1000)
        assert report.cycle_length is not None

    def test_sums_are_exact_beyond_what_64_bits_hold(self):
        report = Perceptron([0, 0], bias=0).fit([[0, 0], [0, 17 / 255], [0, 128]], [0, 0, 1], epochs=6)
        exact = [float(128 - k * Fraction(17 / 255)) for k in range(6)]
        assert [float(weights[1]) for weights, _ in report.path] == exact

    @settings(max_examples=50)
    @given(st.data())
    def test_sums_are_exact_whatever_the_inputs(self, data):
        """Each parameter is the float nearest to the exact sum: of shares of pixels, large, small and whole numbers."""
        number = st.one_of(
            st.integers(0, 255).map(lambda pixel: pixel / 255),
            st.floats(-1e9, 1e9),
            st.floats(-1e-300, 1e-300),
            st.integers(-(2**60), 2**60).map(float),
        )
        x = data.draw(st.lists(st.tuples(number, number), min_size=1, max_size=5))
        t = data.draw(st.lists(st.integers(0, 1), min_size=len(x), max_size=len(x)))
        perceptron, total = Perceptron([0, 0], bias=0), [Fraction(0)] * 3
        path = []
        for _ in range(6):
            for row, target in zip(x, t, strict=True):
                error = target - perceptron(row)
                total = [kept + error * Fraction(v) for kept, v in zip(total, (*row, 1.0), strict=True)]
                perceptron = Perceptron([float(kept) for kept in total[:2]], bias=float(total[2]))
            path.append((*perceptron.weights, perceptron.bias))
        report = Perceptron([0, 0], bias=0).fit(x, t, epochs=6)
        assert [(*weights, bias) for weights, bias in report.path] == path[: report.epochs]

    def test_dense_inputs_cost_little(self):
        rng = np.random.default_rng(3)
        x, t = rng.integers(0, 256, (40, 784)) / 255, rng.integers(0, 2, 40)
        began = time.process_time()
        report = Perceptron(np.zeros(784), bias=0).fit(x, t, learning_rate=0.1, epochs=5)
        ours = (time.process_time() - began) / sum(report.mistakes)
        began = time.process_time()
        for row in x[:10]:
            sum(map(Fraction, row))
        fractions = (time.process_time() - began) / 10
        assert ours < fractions, "a mistake costs more than it would with fractions"

    def test_the_path_is_not_the_live_weights(self):
        perceptron = Perceptron([0, 0], bias=0)
        report = perceptron.fit(INPUTS, TARGETS["OR"])
        perceptron.weights[:] = 99
        assert report.path[-1][0].max() < 99

    def test_a_long_list_of_mistakes_is_shortened(self):
        x = [[0.1], [0.2], [0.3]]
        report = Perceptron([0.0], bias=0).fit(x, [0, 1, 0], epochs=50)
        assert str(report).count(",") < 15
        assert "(mistakes by epoch: …, " in str(report)

    @pytest.mark.parametrize(
        ("x", "t", "words"),
        [
            (INPUTS, [0, 1], r"t must have the shape \(4,\), got \(2,\)"),
            (INPUTS, [[0], [1], [1], [1]], r"t must have the shape \(4,\), got \(4, 1\)"),
            (INPUTS, [-1, 1, 1, 1], r"t must hold 0 and 1 only, got -1. .* by \(t \+ 1\) / 2"),
            (INPUTS, [0, 1, 1, np.nan], "t must hold 0 and 1 only, got nan"),
            (INPUTS, [0, 1, 1, 0.5], "got 0.5"),
            (INPUTS[0], [0], r"x must have the shape \(N, 2\)"),
            (np.empty((0, 2)), [], "with N ≥ 1"),
            (INPUTS[:, :1], [0, 1, 1, 1], r"for 2 weights, got \(4, 1\)"),
            ([[0, np.nan]], [1], "x must be finite"),
        ],
    )
    def test_training_sets_that_do_not_fit(self, x, t, words):
        perceptron = Perceptron([0, 0], bias=0)
        with pytest.raises(GlassnetError, match=words):
            perceptron.fit(x, t)
        assert perceptron.weights.tolist() == [0, 0]

    @pytest.mark.parametrize("wrong", [{"learning_rate": 0}, {"learning_rate": -1}, {"epochs": 0}, {"epochs": 2.5}])
    def test_arguments_out_of_range(self, wrong):
        with pytest.raises((ArgumentError, ArgumentTypeError), match=next(iter(wrong))):
            Perceptron([0, 0], bias=0).fit(INPUTS, TARGETS["AND"], **wrong)

    def test_all_sixteen_functions_of_two_bits(self):
        converging = [t for t in product([0, 1], repeat=4) if Perceptron([0, 0], bias=0).fit(INPUTS, t).converged]
        assert len(converging) == 14
        assert (0, 1, 1, 0) not in converging
        assert (1, 0, 0, 1) not in converging
