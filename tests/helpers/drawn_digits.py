"""Pictures of digits made for tests: rendered from fonts and drawn as wobbly lines, with everything drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSerif",
    "DejaVuSerif-BoldItalic",
    "STIXGeneral",
    "cmr10",
    "cmss10",
)

# The digits as a hand draws them: lines through points of a box of width 1 and height 1, y downwards.
_ARC = {
    "O": [(np.cos(a) * 0.38 + 0.5, np.sin(a) * 0.5 + 0.5) for a in np.linspace(-2.0, 4.3, 24)],
    "top": [(np.cos(a) * 0.33 + 0.48, np.sin(a) * 0.26 + 0.26) for a in np.linspace(-2.8, 1.5, 14)],
    "bowl": [(np.cos(a) * 0.38 + 0.46, np.sin(a) * 0.28 + 0.72) for a in np.linspace(-1.5, 2.7, 14)],
    "loop": [(np.cos(a) * 0.32 + 0.5, np.sin(a) * 0.27 + 0.72) for a in np.linspace(-2.6, 3.8, 20)],
    "knot": [(np.cos(a) * 0.32 + 0.46, np.sin(a) * 0.27 + 0.28) for a in np.linspace(0.0, -6.3, 20)],
    "upper": [(np.cos(a) * 0.28 + 0.5, np.sin(a) * 0.24 + 0.25) for a in np.linspace(1.57, 7.85, 20)],
    "lower": [(np.cos(a) * 0.35 + 0.5, np.sin(a) * 0.26 + 0.74) for a in np.linspace(-1.57, 4.71, 20)],
}
STROKES: dict[int, list[list[list[tuple[float, float]]]]] = {
    0: [[_ARC["O"]]],
    1: [[[(0.5, 0), (0.5, 1)]], [[(0.32, 0.22), (0.55, 0), (0.55, 1)]]],
    2: [[[(0.14, 0.25), *_ARC["top"][2:11], (0.1, 1), (0.9, 1)]]],
    3: [[[*_ARC["top"], (0.4, 0.5)], [(0.4, 0.48), *_ARC["bowl"][1:]]]],
    4: [[[(0.5, 0), (0.1, 0.62), (0.9, 0.62)], [(0.68, 0.3), (0.68, 1)]],
        [[(0.15, 0), (0.12, 0.5), (0.85, 0.5)], [(0.8, 0), (0.78, 1)]],
        [[(0.75, 1), (0.7, 0), (0.08, 0.65), (0.95, 0.65)]]],
    5: [[[(0.85, 0), (0.2, 0), (0.17, 0.45), *_ARC["bowl"]]],
        [[(0.2, 0.02), (0.17, 0.45), *_ARC["bowl"]], [(0.2, 0), (0.85, 0.03)]]],
    6: [[[(0.7, 0), (0.35, 0.3), (0.19, 0.68), *_ARC["loop"][4:][::-1]]]],
    7: [[[(0.1, 0.02), (0.88, 0), (0.42, 1)]], [[(0.1, 0.02), (0.88, 0), (0.42, 1)], [(0.35, 0.5), (0.8, 0.48)]]],
    8: [[_ARC["upper"], _ARC["lower"]],
        [[*_ARC["upper"][10:0:-1], (0.5, 0.5), *_ARC["lower"][1:], (0.5, 0.48), *_ARC["upper"][-1:10:-1]]]],
    9: [[[*_ARC["knot"], (0.76, 0.45), (0.7, 1)]], [[*_ARC["knot"], (0.77, 0.5), (0.6, 0.9), (0.3, 1)]]],
}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """How a digit lies on its paper."""

    side: int = 200  # of the square picture, in pixels
    height: float = 0.6  # of the digit, as a share of the side
    shift: tuple[float, float] = (0.0, 0.0)  # right and down, as shares of the side
    slant: float = 0.0
    turn: float = 0.0  # degrees
    thickness: float = 0.0  # added to a font's strokes, or the stroke of a line, as a share of the digit's height
    light_ink: bool = False
    ink: float = 30.0
    paper: float = 235.0
    uneven: float = 0.0  # how much of the light is missing at the darkest place
    direction: float = 0.0  # towards which the light fades
    noise: float = 0.0


def random_scene(rng: np.random.Generator, *, thin: float = -0.02, thick: float = 0.06) -> Scene:
    return Scene(
        side=int(np.exp(rng.uniform(np.log(36), np.log(900)))),
        height=rng.uniform(0.35, 0.85),
        shift=(rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05)),
        slant=rng.uniform(-0.25, 0.35),
        turn=rng.uniform(-8, 8),
        thickness=rng.uniform(thin, thick),
        light_ink=bool(rng.integers(2)),
        ink=rng.uniform(0, 70),
        paper=rng.uniform(190, 255),
        uneven=rng.choice([0.0, rng.uniform(0.2, 0.6)]),
        direction=rng.uniform(0, 2 * np.pi),
        noise=rng.choice([0.0, rng.uniform(0, 8)]),
    )


def font_path(name: str) -> Path:
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"


def font_digit(digit: int, font: str | Path, scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """A digit of a font, `(side, side)` uint8; a negative thickness makes the strokes thinner."""
    path = font if isinstance(font, Path) else font_path(font)
    scale = 4 if scene.side < 300 else 2
    high = scene.height * scene.side * scale
    face = ImageFont.truetype(str(path), max(8, round(high * 1.35)))
    stroke = max(0, round(scene.thickness * high / 2))
    left, top, right, bottom = face.getbbox(str(digit), stroke_width=stroke)
    sheet = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4), 0)
    ImageDraw.Draw(sheet).text((2 - left, 2 - top), str(digit), fill=255, font=face, stroke_width=stroke)
    if scene.thickness < 0:
        for _ in range(round(-scene.thickness * high / 2)):
            sheet = sheet.filter(ImageFilter.MinFilter(3))
    factor = high / sheet.height
    if sheet.width * factor > 0.9 * scene.side * scale:
        factor = 0.9 * scene.side * scale / sheet.width
    sheet = sheet.resize((max(1, round(sheet.width * factor)), max(1, round(sheet.height * factor))))
    return on_paper(sheet, scene, scale, rng)


def drawn_digit(digit: int, scene: Scene, rng: np.random.Generator, wobble: float = 0.02) -> np.ndarray:
    """A digit drawn with a round pen as wobbly lines, `(side, side)` uint8."""
    scale = 4 if scene.side < 300 else 2
    high = scene.height * scene.side * scale
    pen = max(1.0, scene.thickness * high)
    wide = high * rng.uniform(0.5, 0.8)
    sheet = Image.new("L", (int(wide + 2 * pen) + 2, int(high + 2 * pen) + 2), 0)
    draw = ImageDraw.Draw(sheet)
    variants = STROKES[digit]
    bend = rng.normal(0, wobble, (2, 4))
    for line in variants[rng.integers(len(variants))]:
        points = np.array(line)
        # As a mouse leaves it: points along the line, each a little off, joined by straight pieces.
        lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        at = np.linspace(0, lengths[-1], max(4, int(lengths[-1] * 14)))
        x, y = np.interp(at, lengths, points[:, 0]), np.interp(at, lengths, points[:, 1])
        x = x + bend[0, 0] * np.sin(5 * y + 9 * bend[0, 1]) * 2 + rng.normal(0, wobble / 2, len(x))
        y = y + bend[1, 0] * np.sin(5 * x + 9 * bend[1, 1]) * 2 + rng.normal(0, wobble / 2, len(x))
        path = [(pen + a * wide, pen + b * high) for a, b in zip(x, y, strict=True)]
        draw.line(path, fill=255, width=round(pen), joint="curve")
        for a, b in (path[0], path[-1]):
            draw.ellipse([a - pen / 2, b - pen / 2, a + pen / 2, b + pen / 2], fill=255)
    return on_paper(sheet, scene, scale, rng)


def on_paper(sheet: Image.Image, scene: Scene, scale: int, rng: np.random.Generator) -> np.ndarray:
    """Lay a mask of ink, drawn `scale` times too large, on the paper of a scene."""
    side = scene.side
    angle = np.deg2rad(scene.turn)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    back = np.linalg.inv(np.array([[1, -scene.slant], [0, 1]])) @ turn
    middle = side * scale / 2
    move = np.array([sheet.width / 2, sheet.height / 2]) - back @ (middle + np.array(scene.shift) * side * scale)
    matrix = (*back[0], move[0], *back[1], move[1])
    large = sheet.transform((side * scale,) * 2, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    mask = np.asarray(large.resize((side, side), Image.Resampling.BOX), dtype=np.float64) / 255
    paper, ink = (255 - scene.paper, 255 - scene.ink) if scene.light_ink else (scene.paper, scene.ink)
    y, x = np.indices((side, side)) / max(1, side - 1) - 0.5
    along = x * np.cos(scene.direction) + y * np.sin(scene.direction)
    fading = np.clip((along + 0.7) / 1.4, 0, 1)
    grey = (paper + (ink - paper) * mask) * (1 - scene.uneven * fading)
    return np.clip(np.rint(grey + rng.normal(0, 1, grey.shape) * scene.noise), 0, 255).astype(np.uint8)
