"""The checks of arguments: what passes comes back plain, what does not is refused by one sentence that helps."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.mathematics import checks
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, GlassnetError, ShapeError


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (ArgumentError, ValueError),
        (ArgumentTypeError, TypeError),
        (ShapeError, ArgumentError),
        (DataError, ValueError),
        (checks.MissingFileError, FileNotFoundError),
        (checks.MissingFileError, DataError),
    ],
)
def test_every_error_is_glassnets_and_the_one_that_python_programmers_expect(kind, builtin):
    assert issubclass(kind, GlassnetError)
    assert issubclass(kind, builtin)


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_integers_of_every_kind_come_back_as_int(value):
    number = checks.check_integer("epochs", value, minimum=3)
    assert type(number) is int
    assert number == 3


@pytest.mark.parametrize(
    "value", [True, np.True_, 3.0, np.float64(3), "3", None, [3], np.array([3]), np.array(3.0), 3j]
)
def test_what_is_no_integer_is_refused(value):
    with pytest.raises(ArgumentTypeError, match=r"^epochs must be an integer, got .+\.$"):
        checks.check_integer("epochs", value)


def test_integers_below_the_minimum_are_refused():
    with pytest.raises(ArgumentError, match="epochs must be an integer of at least 1, got -7"):
        checks.check_integer("epochs", -7, minimum=1)


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int8(2), np.array(2.0)])
def test_numbers_of_every_kind_come_back_as_float(value):
    number = checks.check_number("rate", value, above=0)
    assert type(number) is float
    assert number == 2.0


@pytest.mark.parametrize("value", [True, np.False_, "2", b"2", None, 1j, [2.0], np.array([2.0, 3.0]), object()])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ArgumentTypeError, match="rate must be a finite number"):
        checks.check_number("rate", value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400])
def test_numbers_that_are_not_finite_are_refused(value):
    with pytest.raises(ArgumentError, match="rate must be a finite number"):
        checks.check_number("rate", value)


@given(st.floats(-10, 10))
def test_bounds_are_open_or_closed_as_their_names_say(number):
    for bounds, inside in (
        ({"above": 1}, number > 1),
        ({"at_least": 1}, number >= 1),
        ({"at_most": 1}, number <= 1),
        ({"below": 1}, number < 1),
        ({"at_least": -1, "below": 1}, -1 <= number < 1),
    ):
        if inside:
            assert checks.check_number("rate", number, **bounds) == number
        else:
            with pytest.raises(ArgumentError, match=r"rate must be a finite number .* got"):
                checks.check_number("rate", number, **bounds)


def test_a_bound_itself_is_inside_or_outside():
    assert checks.check_number("rate", 0, at_least=0, at_most=0) == 0
    for bounds in ({"above": 0}, {"below": 0}):
        with pytest.raises(ArgumentError):
            checks.check_number("rate", 0, **bounds)


def test_the_bounds_are_in_the_message():
    with pytest.raises(ArgumentError, match="a finite number at least 0 and below 1, got 1"):
        checks.check_number("rate", 1, at_least=0, below=1)


def test_a_choice_is_one_of_the_known_names():
    assert checks.check_choice("loss", "b", ["a", "b"]) == "b"
    with pytest.raises(ArgumentError, match=r"loss must be one of 'a', 'bbbb', got 'bbb'. Did you mean 'bbbb'\?"):
        checks.check_choice("loss", "bbb", ["bbbb", "a"])


@pytest.mark.parametrize("value", [None, 3, ["a"], {"a": 1}, np.array(["a"])])
def test_a_choice_that_is_no_text_is_refused(value):
    with pytest.raises(ArgumentError, match="loss must be one of 'a'"):
        checks.check_choice("loss", value, ["a"])


def test_nothing_is_proposed_where_nothing_is_near():
    assert checks.did_you_mean("xyz", ["sigmoid", "tanh"]) == ""
    assert checks.did_you_mean(None, []) == ""


def test_case_does_not_keep_the_nearest_name_away():
    assert checks.did_you_mean("ADAM", ["Adam", "AdamW"]) == " Did you mean 'Adam'?"


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble", "complex64", "complex128"])
def test_floating_point_arrays_are_kept_as_they_are(dtype):
    array = np.zeros(3, dtype)
    assert checks.as_float_array(array) is array


@pytest.mark.parametrize(
    "value", [[1, 2], (True, False), np.array([1, 2], "uint8"), np.array([1, 2], object), [1, 2.5]]
)
def test_other_numbers_become_float64(value):
    array = checks.as_float_array(value)
    assert array.dtype == np.float64
    assert array.tolist() == [float(number) for number in value]


def test_numbers_and_nothing_are_arrays_too():
    assert checks.as_float_array(3).shape == ()
    assert checks.as_float_array([]).shape == (0,)
    assert checks.as_float_array([[], []]).shape == (2, 0)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "3",
        b"3",
        ["1", "2"],
        [None, 1],
        np.array([], dtype="U1"),
        np.array(["2020-01-01"], dtype="datetime64[D]"),
        {"a": 1},
        object(),
        [object()],
    ],
)
def test_what_does_not_hold_numbers_is_refused(value):
    with pytest.raises(ArgumentTypeError, match=r"inputs must hold numbers, got .* Convert it to numbers first"):
        checks.as_float_array(value, "inputs")


def test_the_first_of_many_wrong_values_is_shown():
    with pytest.raises(ArgumentTypeError, match=r"the first of which is np.str_\('cat'\)"):
        checks.as_float_array(["cat", "dog"])


def test_ragged_rows_are_refused():
    with pytest.raises(ShapeError, match="inputs must be an array; its rows have different lengths"):
        checks.as_float_array([[1, 2], [3]], "inputs")


@given(st.lists(st.sampled_from([0.0, 1e38, -1e38, math.nan, math.inf, -math.inf]), max_size=6))
def test_finite_arrays_pass_and_the_first_other_number_is_named(numbers):
    array = np.array(numbers, dtype=np.float32)
    bad = [index for index, number in enumerate(numbers) if not math.isfinite(number)]
    if not bad:
        checks.check_finite("x", array)  # though its sum may overflow
    else:
        with pytest.raises(
            DataError, match=rf"x must be finite, got .* at \[{bad[0]}\] \({len(bad)} of {len(numbers)}"
        ):
            checks.check_finite("x", array)


def test_integers_are_finite():
    checks.check_finite("x", np.array([1, 2]))
    checks.check_finite("x", np.array([]))


def test_long_values_are_cut_short_in_messages():
    text = checks.describe("x" * 500)
    assert len(text) <= 80
    assert text.endswith("…")
    assert checks.describe([[1.0] * 20] * 2).count("\n") == 0
    assert checks.describe((np.zeros(2), None)) == "(an array of float64 with shape (2,), None)"
    assert checks.describe(np.zeros((2, 3), "float32")) == "an array of float32 with shape (2, 3)"
