"""A user's own picture of a digit: reading the file, and each step to MNIST's form."""

import io
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

import drawn_digits as drawn
from glassnet.data.mnist_loader import load_mnist
from glassnet.data.pictures import digit_from_picture, read_picture
from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, DataError, MissingFileError, ShapeError

Scene = drawn.Scene

STAGES = ["grey", "even light", "ink", "threshold", "cropped", "even strokes", "box 20×20", "centred"]


def generator(seed=0):
    return np.random.default_rng(seed)


def font(digit, seed=0, name="DejaVuSans", **scene):
    return drawn.font_digit(digit, name, Scene(**scene), generator(seed))


def hand(digit, seed=0, **scene):
    return drawn.drawn_digit(digit, Scene(**{"thickness": 0.1, **scene}), generator(seed))


def as_file(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    file.seek(0)
    return file


def likeness(first, second, reach=0):
    """The correlation of two images' pixels, 1 if they are the same; the best over shifts of up to `reach` pixels."""
    shifts = range(-reach, reach + 1)
    return max(
        np.corrcoef(np.roll(first, (down, across), (0, 1)).ravel(), second.ravel())[0, 1]
        for down in shifts
        for across in shifts
    )


@pytest.fixture(scope="module")
def mnist():
    return load_mnist(normalize=False)


@pytest.fixture(scope="module")
def nearest(mnist):
    """Read images by the nearest of 6,000 training images (by cosine): an oracle that no training has touched."""
    (x, t), _ = mnist
    known = x[:6000] / np.linalg.norm(x[:6000], axis=1, keepdims=True).astype(np.float32)

    def read(images):
        return t[(np.asarray(images, dtype=np.float32).reshape(-1, 784) @ known.T).argmax(axis=1)]

    return read


# ---- reading the file


def test_grey_png_comes_as_it_is():
    pixels = generator().integers(0, 256, (13, 7), dtype=np.uint8)
    assert np.array_equal(read_picture(as_file(Image.fromarray(pixels))), pixels)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "TIFF", "PPM", "TGA", "JPEG", "WEBP"])
def test_formats(kind, tmp_path):
    page = font(3, side=60)
    Image.fromarray(page).convert("RGB").save(tmp_path / "three.picture", kind)
    assert np.abs(read_picture(tmp_path / "three.picture") - page.astype(float)).mean() < 4


def test_colours_are_weighed_as_the_eye_does():
    row = Image.new("RGB", (3, 1))
    for column, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255)]):
        row.putpixel((column, 0), colour)
    assert read_picture(as_file(row)).tolist() == [[76, 150, 29]]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "RGBA", "LA"])
def test_modes_of_black_and_white(mode):
    picture = Image.new("L", (2, 1), 0)
    picture.putpixel((1, 0), 255)
    read = read_picture(
        as_file(picture.convert("RGB").convert(mode) if mode != "LA" else picture.convert("LA"), "TIFF")
    )
    assert np.abs(read.astype(int) - [[0, 255]]).max() <= 1


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits(kind):
    deep = np.array([[0, 32896, 65535]], dtype=np.uint16)
    assert read_picture(as_file(Image.fromarray(deep), kind)).tolist() == [[0, 128, 255]]


def test_floating_point_tiff():
    file = as_file(Image.fromarray(np.array([[0.0, 0.5, 1.0]], dtype=np.float32)), "TIFF")
    assert read_picture(file).tolist() == [[0, 128, 255]]


@pytest.mark.parametrize(
    ("orientation", "turned"),
    [
        (1, lambda a: a),
        (2, np.fliplr),
        (3, lambda a: np.rot90(a, 2)),
        (4, np.flipud),
        (5, lambda a: a.T),
        (6, lambda a: np.rot90(a, 1)),
        (7, lambda a: np.rot90(a, 2).T),
        (8, lambda a: np.rot90(a, -1)),
    ],
)
def test_exif_orientation_is_undone(orientation, turned):
    upright = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(read_picture(as_file(Image.fromarray(turned(upright).copy()), exif=exif)), upright)


@pytest.mark.parametrize(("ink", "polarity"), [(0, "dark on light"), (255, "light on dark")])
def test_ink_on_a_transparent_background(ink, polarity):
    layer = Image.new("RGBA", (120, 120), (ink, ink, ink, 0))
    ImageDraw.Draw(layer).line([(35, 30), (85, 30), (55, 95)], fill=(ink, ink, ink, 255), width=9)
    digit = digit_from_picture(as_file(layer))
    assert digit.polarity == polarity
    assert digit.image[4:24].max() > 200
    assert likeness(digit.image, digit_from_picture(as_file(layer.getchannel("A").convert("L"))).image) > 0.98


def test_transparent_corners_of_a_sheet_are_paper():
    sheet = Image.fromarray(font(7, side=160, paper=220)).convert("RGBA")
    round_corners = Image.new("L", sheet.size, 0)
    ImageDraw.Draw(round_corners).rounded_rectangle([0, 0, 159, 159], 30, fill=255)
    sheet.putalpha(round_corners)
    read = read_picture(as_file(sheet))
    assert abs(int(read[0, 0]) - 220) <= 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_a_file_cut_short_is_named(kind, tmp_path):
    whole = as_file(Image.fromarray(generator().integers(0, 256, (50, 40), dtype=np.uint8)), kind).getvalue()
    for share in (0.02, 0.3, 0.7):
        path = tmp_path / "cut.img"
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(DataError, match=r"cut\.img.*PNG or JPEG"):
            read_picture(path)


@pytest.mark.parametrize(
    "content", [b"", b"four", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"<svg/>"]
)
def test_what_is_no_picture_is_named(content, tmp_path):
    path = tmp_path / "four.png"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"four\.png"):
        read_picture(path)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(MissingFileError, match=r"no picture .*gone\.png"):
        read_picture(tmp_path / "gone.png")
    with pytest.raises(DataError, match=r"cannot be read as a picture"):
        read_picture(tmp_path)


@pytest.mark.parametrize("side", [10_000, 15_000])
def test_a_decompression_bomb_is_refused(side, tmp_path):
    path = tmp_path / "bomb.png"
    Image.new("1", (side, side)).save(path)
    with pytest.raises(DataError, match=r"bomb\.png has too many pixels"):
        read_picture(path)


def test_a_number_is_no_path():
    with pytest.raises(ArgumentTypeError, match="a path, a binary file or an array, got 4"):
        digit_from_picture(4)


# ---- MNIST's form


def check_form(digit):
    assert list(digit.stages) == STAGES
    assert all(picture.dtype == np.uint8 and picture.ndim == 2 for picture in digit.stages.values())
    image = digit.image
    assert np.array_equal(image, digit.stages["centred"])
    assert image.shape == (28, 28)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    height, width = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    assert max(height, width) <= 20
    assert max(digit.stages["box 20×20"].shape) in {18, 19, 20}
    assert image.max() > 150
    return image


def centre_of_mass(image):
    return [(image.sum(axis=axis) @ np.arange(28)) / image.sum() for axis in (1, 0)]


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("make", [font, hand])
def test_box_and_centre(make, digit):
    image = check_form(digit_from_picture(make(digit))).astype(float)
    assert centre_of_mass(image) == pytest.approx([14, 14], abs=0.52)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), digit=st.integers(0, 9), pen=st.booleans())
def test_any_scene_comes_into_the_form(seed, digit, pen):
    rng = generator(seed)
    scene = drawn.random_scene(rng)
    if pen:
        picture = drawn.drawn_digit(digit, replace(scene, thickness=rng.uniform(0.03, 0.18)), rng)
    else:
        picture = drawn.font_digit(digit, rng.choice(drawn.FONTS), scene, rng)
    found = digit_from_picture(picture)
    check_form(found)
    assert found.polarity == ("light on dark" if scene.light_ink else "dark on light")


@pytest.mark.parametrize("digit", range(10))
def test_the_negative_gives_the_same_image(digit):
    page = font(digit, noise=3)
    dark, light = digit_from_picture(page), digit_from_picture(255 - page)
    assert (dark.polarity, light.polarity) == ("dark on light", "light on dark")
    assert np.abs(dark.image - light.image.astype(float)).max() <= 3


@pytest.mark.parametrize("digit", [1, 4, 8])
def test_size_place_and_contrast_do_not_matter(digit):
    plain = digit_from_picture(font(digit)).image
    for scene in (
        {"side": 50, "height": 0.8},
        {"side": 700, "height": 0.3},
        {"side": 1000, "height": 0.12},
        {"shift": (0.15, -0.12)},
        {"ink": 150, "paper": 190},
        {"uneven": 0.6, "direction": 1.0},
        {"uneven": 0.5, "direction": 4.0, "light_ink": True},
    ):
        assert likeness(digit_from_picture(font(digit, **scene)).image, plain, reach=1) > 0.9, scene


def test_proportions_are_kept():
    page = np.full((100, 300), 255, dtype=np.uint8)
    page[40:60, 50:250] = 0
    page[48:52, 60:240] = 255
    assert digit_from_picture(page).stages["box 20×20"].shape in {(2, 20), (3, 20)}


@pytest.mark.parametrize("pen", [0.01, 0.03, 0.1, 0.2])
def test_strokes_get_the_thickness_of_mnist(pen):
    stroke = np.zeros((400, 400))
    half = max(1, round(pen * 300 / 2))
    stroke[50:350, 200 - half : 200 + half] = 1
    stroke[200 - half : 200 + half, 80:320] = 1
    image = digit_from_picture(1 - stroke).image / 255
    # The upright arm, away from the crossing and its ends.
    assert 1.5 < image[7:10].sum() / 3 < 3.8


def test_hairlines_of_a_bold_letter_stay():
    page = np.full((300, 300), 255, dtype=np.uint8)
    page[50:250, 60:130] = 0
    page[50:250, 170:240] = 0
    page[60:66, 130:170] = 0
    image = digit_from_picture(page).image
    left, right = (columns for columns in (image[:, :14], image[:, 14:]))
    assert left.max() > 200 < right.max()
    assert image[:12].max(axis=0)[12:16].min() > 30


@pytest.mark.parametrize("digit", [1, 4, 5, 8])
def test_specks_are_left_out(digit):
    page = font(digit, side=240)
    speckled = page.copy()
    rng = generator(digit)
    for row, column in rng.integers(0, 236, (40, 2)):
        if (page[max(0, row - 12) : row + 15, max(0, column - 12) : column + 15] > 200).all():
            speckled[row : row + 3, column : column + 3] = 0
    assert (speckled != page).any()
    assert likeness(digit_from_picture(speckled).image, digit_from_picture(page).image) > 0.995


def test_the_bar_of_a_five_is_no_speck():
    page = np.full((200, 200), 255, dtype=np.uint8)
    ImageDraw.Draw(image := Image.fromarray(page)).line([(80, 60), (78, 100), (115, 110), (110, 150), (75, 155)], 0, 8)
    body = np.array(image)
    body[45:53, 85:130] = 0
    kept = digit_from_picture(body).stages["threshold"]
    assert kept[49, 110] > 200


def test_a_shadow_across_the_page():
    page = font(2, side=240).astype(float)
    y, x = np.indices(page.shape)
    shadow = 1 / (1 + np.exp((x + 0.5 * y - 170) / 12))
    shaded = (page * (1 - 0.5 * shadow)).astype(np.uint8)
    assert likeness(digit_from_picture(shaded).image, digit_from_picture(page.astype(np.uint8)).image) > 0.9


def test_a_vignette():
    page = font(6, side=240).astype(float)
    y, x = (np.indices(page.shape) - 120) / 120
    dim = (page * (1 - 0.3 * (x * x + y * y))).astype(np.uint8)
    found = digit_from_picture(dim)
    assert found.polarity == "dark on light"
    assert likeness(found.image, digit_from_picture(page.astype(np.uint8)).image) > 0.95


@pytest.mark.parametrize("light_ink", [False, True])
@pytest.mark.parametrize("digit", [0, 5])
def test_frames_borders_and_tables_are_cut_off(digit, light_ink):
    page = font(digit, side=240, light_ink=light_ink)
    plain = digit_from_picture(page).image
    ink = 225 if light_ink else 30
    frame = page.copy()
    ImageDraw.Draw(image := Image.fromarray(frame)).rectangle([8, 8, 231, 231], outline=ink, width=4)
    border = page.copy()
    border[:3], border[-3:], border[:, :3], border[:, -3:] = ink, ink, ink, ink
    strip = page.copy()
    strip[:, :20] = ink
    table = np.pad(page, 50, constant_values=ink)
    for name, changed in {"frame": np.array(image), "border": border, "strip": strip, "table": table}.items():
        assert likeness(digit_from_picture(changed).image, plain) > 0.95, name


@pytest.mark.parametrize(
    "page",
    [
        np.full((60, 40), 255, dtype=np.uint8),
        np.zeros((60, 40), dtype=np.uint8),
        np.zeros((28, 28), dtype=np.uint8),
        np.full((1, 1), 7, dtype=np.uint8),
        np.tile(np.linspace(40, 250, 300), (200, 1)).astype(np.uint8),
        np.clip(generator(1).normal(200, 12, (240, 240)), 0, 255).astype(np.uint8),
    ],
    ids=["white", "black", "28×28", "one pixel", "gradient", "noise"],
)
def test_a_blank_page_has_no_ink(page, tmp_path):
    with pytest.raises(DataError, match="no ink"):
        digit_from_picture(page)
    path = tmp_path / "blank.png"
    Image.fromarray(page).save(path)
    with pytest.raises(DataError, match=r"blank\.png shows no ink"):
        digit_from_picture(path)


@settings(max_examples=60, deadline=None)
@given(height=st.integers(1, 40), width=st.integers(1, 40), seed=st.integers(0, 10**6), share=st.floats(0, 1))
def test_any_array_gives_a_digit_or_a_clear_refusal(height, width, seed, share):
    page = (generator(seed).random((height, width)) < share) * np.uint8(255)
    message = ""
    try:
        image = digit_from_picture(page).image
    except DataError as error:
        message = str(error)
    assert "no ink" in message if message else image.shape == (28, 28)


def test_arrays_of_all_kinds_mean_the_same():
    page = font(4, side=80)
    wanted = digit_from_picture(page).image
    colour = np.repeat(page[..., None], 3, axis=2)
    opaque = np.dstack([colour, np.full(page.shape, 255, dtype=np.uint8)])
    for same in (page / 255, (page / 255).astype(np.float32), page.astype(np.int64), colour, opaque, colour / 255):
        assert np.array_equal(digit_from_picture(same).image, wanted)


def test_the_result_holds_no_view_of_the_picture_and_cannot_be_changed_by_mistake():
    page = font(4, side=80)
    found = digit_from_picture(page)
    assert not any(np.shares_memory(picture, page) for picture in found.stages.values())
    with pytest.raises(FrozenInstanceError):
        found.polarity = "light on dark"


@pytest.mark.parametrize("shape", [(784,), (3, 28, 28), (28, 28, 2), (0, 5)])
def test_an_array_of_another_shape(shape):
    with pytest.raises(ShapeError, match="height, width"):
        digit_from_picture(np.zeros(shape, dtype=np.uint8))


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (np.full((9, 9), 300), "0 to 255"),
        (np.full((9, 9), -1), "0 to 255"),
        (np.full((9, 9), 255.0), "0 to 1"),
        (np.full((9, 9), np.nan), "finite"),
    ],
)
def test_values_out_of_range(page, message):
    with pytest.raises(DataError, match=message):
        digit_from_picture(page)


def test_an_array_of_words():
    with pytest.raises(ArgumentTypeError, match="must hold numbers"):
        digit_from_picture(np.array([["a", "b"]]))


# ---- what it is for


def test_images_of_mnist_come_through_nearly_unchanged(mnist):
    images = mnist[1][0][:150].reshape(-1, 28, 28)
    found = [digit_from_picture(image) for image in images]
    assert {digit.polarity for digit in found} == {"light on dark"}
    likenesses = np.array([likeness(digit.image, image, reach=1) for digit, image in zip(found, images, strict=True)])
    assert np.median(likenesses) > 0.998
    assert (likenesses > 0.97).mean() > 0.96
    assert likenesses.min() > 0.7


@pytest.mark.slow
def test_the_nearest_digit_of_mnist_is_the_right_one(nearest):
    images, digits = [], []
    for number in range(50):
        rng = generator(number)
        scene = replace(drawn.random_scene(rng), turn=0.0, slant=rng.uniform(-0.1, 0.2))
        images.append(digit_from_picture(hand(number % 10, number, **vars(replace(scene, thickness=0.09)))).image)
        digits.append(number % 10)
    assert (nearest(images) == digits).mean() >= 0.9


def test_a_known_polarity_is_believed():
    page = np.full((60, 60), 255, dtype=np.uint8)
    page[10:50, 25:33] = 0
    assert digit_from_picture(page, polarity="dark on light").polarity == "dark on light"
    np.testing.assert_array_equal(
        digit_from_picture(page, polarity="dark on light").image, digit_from_picture(page).image
    )
    assert digit_from_picture(255 - page, polarity="light on dark").polarity == "light on dark"
    with pytest.raises(ArgumentError, match="polarity must be one of"):
        digit_from_picture(page, polarity="grey")
