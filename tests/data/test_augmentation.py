"""Augmentation: what it may change, by how much, and that it is the same for the same seed."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.data.augmentation import Augmentation
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError

EVERYTHING = {"rotation": 10, "shift": 1, "scale": 0.1, "shear": 0.2, "elastic": 0.5, "thickness": 0.6}


def generator(seed=0):
    return np.random.default_rng(seed)


def blobs(count, seed=0, side=28):
    """Smooth images that keep well away from the border."""
    rng = generator(seed)
    y, x = np.indices((side, side))
    centre = (side - 1) / 2 + rng.uniform(-2, 2, (2, count, 1, 1))
    width = rng.uniform(1.5, 2.5, (2, count, 1, 1))
    power = ((y - centre[0]) / width[0]) ** 2 + ((x - centre[1]) / width[1]) ** 2
    return np.exp(-power / 2).astype(np.float32)


def centres(images):
    y, x = np.indices(images.shape[1:])
    mass = images.sum((1, 2))
    return np.stack([(images * y).sum((1, 2)), (images * x).sum((1, 2))]) / mass


def variances(images):
    y, x = np.indices(images.shape[1:])
    mass = images.sum((1, 2))
    row, column = centres(images)
    return np.stack([(images * y**2).sum((1, 2)) / mass - row**2, (images * x**2).sum((1, 2)) / mass - column**2])


def test_nothing_asked_for_changes_nothing():
    x = generator().random((5, 784), dtype=np.float32)
    assert np.array_equal(Augmentation()(x, generator()), x)


def test_bytes_become_shares_of_255():
    x = np.arange(2 * 784, dtype=np.uint8).reshape(2, 784)
    np.testing.assert_allclose(Augmentation()(x, generator()), x / 255, rtol=1e-6)


@given(
    count=st.integers(0, 40),
    side=st.integers(2, 30),
    flat=st.booleans(),
    group=st.integers(1, 50),
    seed=st.integers(0, 2**32 - 1),
)
def test_shape_kept_values_in_range_input_untouched(count, side, flat, group, seed):
    x = generator(seed).random((count, side, side), dtype=np.float32)
    x = x.reshape(count, side * side) if flat else x
    before = x.copy()
    result = Augmentation(**EVERYTHING, images_per_map=group)(x, generator(seed))
    assert result.shape == x.shape
    assert result.dtype == np.float32
    assert np.all((result >= 0) & (result <= 1 + 1e-5))
    assert np.array_equal(x, before)
    assert not np.shares_memory(result, x)


def test_the_same_seed_gives_the_same_images_and_another_one_others():
    x = blobs(700).reshape(700, 784)
    change = Augmentation(**EVERYTHING)
    first = change(x, generator(3))
    assert np.array_equal(first, change(x, generator(3)))
    assert np.abs(first - change(x, generator(4))).max() > 0.1


def test_float64_gives_the_same_as_float32():
    x = blobs(20)
    change = Augmentation(**EVERYTHING)
    np.testing.assert_allclose(change(x.astype(np.float64), generator()), change(x, generator()), atol=1e-6)


def test_neighbours_share_a_map_and_others_do_not():
    x = np.repeat(blobs(1), 60, axis=0)
    result = Augmentation(rotation=20, shift=3, images_per_map=20)(x, generator())
    groups = result.reshape(3, 20, 28, 28)
    np.testing.assert_allclose(groups, groups[:, :1] * np.ones((1, 20, 1, 1)), atol=1e-6)
    assert np.abs(groups[0, 0] - groups[1, 0]).max() > 0.01
    assert np.abs(groups[1, 0] - groups[2, 0]).max() > 0.01


def test_shift_moves_the_centre_by_at_most_that_much_in_all_directions():
    x = blobs(400)
    moved = centres(Augmentation(shift=3, images_per_map=1)(x, generator())) - centres(x)
    assert np.abs(moved).max() <= 3.01
    assert moved.max(axis=1) == pytest.approx([3, 3], abs=0.1)
    assert moved.min(axis=1) == pytest.approx([-3, -3], abs=0.1)
    assert abs(np.corrcoef(moved)[0, 1]) < 0.15


def test_rotation_turns_about_the_centre_of_the_image_by_at_most_that_angle():
    x = np.zeros((300, 28, 28), dtype=np.float32)
    x[:, 5, 13:15] = 1  # straight above the centre at (13.5, 13.5)
    row, column = centres(Augmentation(rotation=30, images_per_map=1)(x, generator())) - 13.5
    angle = np.degrees(np.arctan2(column, -row))
    np.testing.assert_allclose(np.hypot(row, column), 8.5, atol=0.1)
    assert 28 < angle.max() < 31
    assert -31 < angle.min() < -28


def test_scale_changes_width_and_height_each_for_itself():
    x = blobs(300)
    factors = np.sqrt(variances(Augmentation(scale=0.2, images_per_map=1)(x, generator())) / variances(x))
    assert 0.79 < factors.min() < 0.84
    assert 1.16 < factors.max() < 1.24
    assert abs(np.corrcoef(factors)[0, 1]) < 0.2


def test_shear_moves_rows_in_proportion_to_their_height_and_no_row_up_or_down():
    x = np.zeros((200, 28, 28), dtype=np.float32)
    x[:, 4:24, 13:15] = 1
    result = Augmentation(shear=0.3, images_per_map=1)(x, generator())
    np.testing.assert_allclose(result.sum(axis=2), x.sum(axis=2), atol=1e-4)
    columns = (result[:, 4:24] * np.arange(28)).sum(axis=2) / 2
    slopes = np.polyfit(np.arange(20), columns.T, 1)[0]
    assert 0.28 < np.abs(slopes).max() < 0.305
    assert slopes.min() < -0.25 < 0.25 < slopes.max()


def test_elastic_bends_parts_of_an_image_differently_and_leaves_none():
    x = np.zeros((100, 28, 28), dtype=np.float32)
    x[:, ::7] = 1
    result = Augmentation(elastic=0.5, images_per_map=1)(x, generator())
    assert np.abs(result - x).max(axis=(1, 2)).min() > 0.2
    assert np.abs(result.sum((1, 2)) - x.sum((1, 2))).max() < 0.35 * x[0].sum()


def test_thickness_lies_between_the_thinner_and_the_thicker_form():
    rng = generator()
    x = (rng.random((200, 28, 28)) > 0.6).astype(np.float32)
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)), mode="edge")
    around = [padded[:, 1 + i : 29 + i, 1 + j : 29 + j] for i, j in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))]
    result = Augmentation(thickness=1)(x, generator())
    assert np.all(result <= np.max(around, axis=0) + 1e-6)
    assert np.all(result >= np.min(around, axis=0) - 1e-6)
    gains = result.sum((1, 2)) - x.sum((1, 2))
    assert (gains > 0).mean() == pytest.approx(0.5, abs=0.15)
    for image, before, gain in zip(result, x, gains, strict=True):
        assert np.all(image >= before) if gain > 0 else np.all(image <= before)


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("count", [0, 1, 40, 1300])
def test_draws_have_their_shapes_and_leave_the_generator_as_a_call_does(name, count):
    change = Augmentation(**{name: EVERYTHING[name]}, images_per_map=7)
    called, drawn = generator(), generator()
    change(np.zeros((count, 16), dtype=np.float32), called)
    draws = change.draw(count, drawn)
    assert called.bit_generator.state == drawn.bit_generator.state
    maps = -(-count // 7)
    assert [part.shape for part in draws] == [(count,), (6, maps), (2, maps, 25)]
    assert {part.dtype for part in draws} == {np.dtype(np.float32)}


def test_black_stays_black():
    assert not Augmentation(**EVERYTHING)(np.zeros((40, 784), dtype=np.float32), generator()).any()


def test_it_can_be_written_to_a_file_and_read_again():
    change = Augmentation(**EVERYTHING, images_per_map=8)
    assert Augmentation.from_dict(json.loads(json.dumps(change.to_dict()))) == change


def test_an_unknown_parameter_in_a_file_is_named():
    with pytest.raises(ArgumentError, match=r"'rotatoin'.*'rotation'"):
        Augmentation.from_dict({"rotatoin": 3})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rotation", -1),
        ("rotation", 181),
        ("shift", -0.1),
        ("scale", 1),
        ("shear", float("nan")),
        ("elastic", -1),
        ("thickness", 1.5),
        ("images_per_map", 0),
    ],
)
def test_a_parameter_out_of_range_is_named(name, value):
    with pytest.raises(ArgumentError, match=name):
        Augmentation(**{name: value})


@pytest.mark.parametrize("shape", [(784,), (3, 783), (3, 28, 27), (2, 3, 28, 28), (4, 0)])
def test_what_is_no_batch_of_square_images_is_refused(shape):
    with pytest.raises(ShapeError, match="square images"):
        Augmentation()(np.zeros(shape, dtype=np.float32), generator())


@pytest.mark.parametrize("x", [[[0.0] * 784], np.zeros((2, 784), dtype=np.int64), np.zeros((2, 784), dtype=bool)])
def test_what_holds_no_pixels_is_refused(x):
    with pytest.raises(ArgumentTypeError, match="floating-point numbers or of uint8"):
        Augmentation()(x, generator())


def test_a_seed_is_no_generator():
    with pytest.raises(ArgumentTypeError, match="default_rng"):
        Augmentation()(np.zeros((1, 784), dtype=np.float32), 0)
