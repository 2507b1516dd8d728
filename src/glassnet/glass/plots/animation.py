"""A moving picture of a fit: the function that a network computes, epoch by epoch."""

from __future__ import annotations

import base64
import io
import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import write_atomically
from glassnet.glass.plots.files import checked_place
from glassnet.glass.plots.fit_recorder import FitRecorder, Frame
from glassnet.glass.plots.regions import draw_points, draw_regions, leads_of, one_scale
from glassnet.glass.plots.sampling import interval_round, values_on
from glassnet.glass.plots.style import BLUE, GREEN, VERMILION, new_figure, plain_axes
from glassnet.mathematics.checks import (
    ArgumentError,
    ArgumentTypeError,
    ShapeError,
    check_number,
    describe,
)
from glassnet.mathematics.confusion import class_indices
from glassnet.mathematics.targets import preferred_class

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from PIL.Image import Image

MOST_FRAMES = 60  # more would make a file that no notebook should hold
LAST_FRAME_STAYS = 1500  # milliseconds, before it begins anew
GIF_COLORS = 64
DOTS_PER_INCH = 100


def animation_of_fit(
    recorder: FitRecorder | Sequence[FitRecorder],
    *,
    truth: Callable[[float], float] | None = None,
    titles: Sequence[str] | None = None,
    frames_per_second: float = 10.0,
) -> FitAnimation:
    """Make a moving picture of a training: a curve that bends to its samples, or regions that part the classes.

    Parameters
    ----------
    recorder : FitRecorder, or several of them
        What was given to `fit` among its callbacks. Several trainings move side by side, one that ended earlier
        waits for the others: a narrow network beside a wide one.
    truth : callable, optional
        The function of one number that the samples come from, drawn beside the fit.
    titles : sequence of str, optional
        What stands above each training.
    frames_per_second : float, default 10
        Above 0, at most 50.

    Returns
    -------
    FitAnimation
        ``save("fit.gif")`` writes it; as the last expression of a notebook's cell it moves there. At most 60 frames
        are shown, evenly chosen, first and last among them.

    Raises
    ------
    ArgumentTypeError
        If it is no recorder.
    DataError
        If nothing was recorded.
    ArgumentError
        If a number is out of its range, or `truth` is given for a plane.

    Notes
    -----
    Source: lecture 000, universal approximation: one hidden layer comes as near to a function as one likes, given
    enough units; that training finds them is not said.

    Examples
    --------
    >>> import glassnet as gn
    >>> x = np.linspace(-1, 1, 20)[:, np.newaxis]
    >>> recorder = FitRecorder(x, x**2)
    >>> net = gn.Network([gn.Dense(1, 8), gn.Tanh(), gn.Dense(8, 1)])
    >>> _ = net.fit(x, x**2, epochs=3, callbacks=[recorder], executor="reference", verbose=0)
    >>> animation_of_fit(recorder, truth=lambda x: x**2)
    <animation of a fit: 4 frames, epochs 0 to 3>
    """
    recorders = [recorder] if isinstance(recorder, FitRecorder) else recorder
    if (
        not isinstance(recorders, list | tuple)
        or not recorders
        or not all(isinstance(one, FitRecorder) for one in recorders)
    ):
        raise ArgumentTypeError(
            f"recorder must be a FitRecorder or a list of them, got {describe(recorder)}. Make one, "
            "recorder = gn.plots.FitRecorder(x, t), and train with callbacks=[recorder]."
        )
    if truth is not None and any(one.plane is not None for one in recorders):
        raise ArgumentError("truth must be None for a fit over a plane, got a function. Leave it out.")
    if titles is not None and (isinstance(titles, str) or len(titles) != len(recorders)):
        raise ShapeError(f"titles must be {len(recorders)} strings, one a recorder, got {describe(titles)}.")
    rate = check_number("frames_per_second", frames_per_second, above=0, at_most=50)
    names = [""] * len(recorders) if titles is None else [str(title) for title in titles]
    panels = [_Panel(one, truth, name) for one, name in zip(recorders, names, strict=True)]
    return FitAnimation(panels, round(1000 / rate))


class FitAnimation:
    """A moving picture of one training or of several; `animation_of_fit` makes it.

    Attributes
    ----------
    frames : int
        How many pictures it has.
    """

    def __init__(self, panels: Sequence[_Panel], milliseconds: int) -> None:
        self._panels = panels
        self._milliseconds = milliseconds
        self.frames = max(len(panel.frames) for panel in panels)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the animation as a GIF; the file is whole, or it is the old one.

        Parameters
        ----------
        path : path
            Ends in .gif; its folder must exist.

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        ArgumentError
            If the path ends otherwise.
        MissingFileError, DataError
            If the folder is not there, or the file cannot be written.
        """
        place, _ = checked_place(path, [".gif"])
        return write_atomically(place, self._gif)

    def picture(self, frame: int = -1) -> Image:
        """Return one frame as a picture of Pillow, the last one by default.

        Raises
        ------
        ArgumentError
            If there is no such frame.
        """
        if isinstance(frame, bool) or not isinstance(frame, int | np.integer):
            raise ArgumentTypeError(f"frame must be an integer, got {describe(frame)}.")
        if not -self.frames <= frame < self.frames:
            raise ArgumentError(f"frame must be one of {self.frames}, counted from 0, got {frame}.")
        return self._pictures[frame]

    def __repr__(self) -> str:
        epochs = [panel.frames[index].epoch for panel in self._panels for index in (0, -1)]
        return f"<animation of a fit: {self.frames} frames, epochs {min(epochs)} to {max(epochs)}>"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self._gif).decode("ascii")
        fits = 'style="max-width: 100%; height: auto"'
        return f'<img alt="{repr(self).strip("<>")}" {fits} src="data:image/gif;base64,{data}">'

    def _repr_png_(self) -> bytes:
        """Return the last frame, for what shows no moving pictures."""
        content = io.BytesIO()
        self.picture().save(content, format="png")
        return content.getvalue()

    @cached_property
    def _pictures(self) -> list[Image]:
        from PIL import Image

        count = len(self._panels)
        figure = new_figure((4.6 if count == 1 else 3.8 * count, 3.8))
        figure.set_dpi(DOTS_PER_INCH)
        canvas: Any = figure.canvas
        every = figure.subplots(1, count, squeeze=False)[0]
        pictures = []
        for index in range(self.frames):
            for ax, panel in zip(every, self._panels, strict=True):
                panel.draw(ax, panel.frames[min(index, len(panel.frames) - 1)])
            if index == 0:
                handles, labels = every[0].get_legend_handles_labels()
                named = dict(zip(labels, handles, strict=True))
                figure.legend(
                    named.values(), named, loc="outside lower left", ncols=len(named), frameon=False, fontsize="small"
                )
            canvas.draw()
            figure.set_layout_engine("none")  # from the second frame on everything stays where it is
            pictures.append(Image.fromarray(np.asarray(canvas.buffer_rgba()).copy()).convert("RGB"))
        return pictures

    @cached_property
    def _gif(self) -> bytes:
        from PIL.Image import Dither

        reduced = [picture.quantize(GIF_COLORS, dither=Dither.NONE) for picture in self._pictures]
        durations = [self._milliseconds] * (len(reduced) - 1) + [LAST_FRAME_STAYS]
        content = io.BytesIO()
        reduced[0].save(
            content, format="gif", save_all=True, append_images=reduced[1:], duration=durations, loop=0, disposal=1
        )
        return content.getvalue()


class _Panel:
    """One training: what stays on its axes, and its frames."""

    def __init__(self, recorder: FitRecorder, truth: Callable[[float], float] | None, title: str) -> None:
        frames = recorder.recorded()
        chosen = np.unique(np.linspace(0, len(frames) - 1, min(len(frames), MOST_FRAMES)).round().astype(int))
        self.frames = [frames[index] for index in chosen]
        self.recorder = recorder
        self.title = title
        self.across = recorder.grid[:, 0]
        self.truth = None if truth is None else values_on(truth, self.across)
        if recorder.plane is not None:
            self.classes = class_indices(recorder.t)
            self.n_classes = max(2, 1 + int(self.classes.max()), frames[0].outputs.shape[1])
        else:
            self.heights = interval_round(recorder.t.astype(np.float64).ravel())

    def draw(self, ax: Axes, frame: Frame) -> None:
        """Draw a frame in the place of the one before."""
        ax.clear()
        if self.recorder.plane is None:
            self._draw_line(ax, frame)
        else:
            self._draw_plane(ax, frame)
        told = f"epoch {frame.epoch:,}" + (f", loss {frame.loss:.4f}" if math.isfinite(frame.loss) else "")
        ax.set_title(f"{self.title}\n{told}" if self.title else told, loc="left", fontsize="medium")

    def _draw_line(self, ax: Axes, frame: Frame) -> None:
        targets = self.recorder.t.reshape(len(self.recorder.x), -1)
        for column in targets.T:
            ax.plot(self.recorder.x[:, 0], column, "o", color=BLUE, markersize=4, alpha=0.6, label="samples")
        if self.truth is not None:
            ax.plot(self.across, self.truth, color=GREEN, linestyle=(0, (2, 1.5)), linewidth=1.4, label="truth")
        ax.plot(self.across, frame.outputs, color=VERMILION, linewidth=2.2, label="network")
        ax.set_xlim(self.across[0], self.across[-1])
        ax.set_ylim(*self.heights)
        ax.set_xlabel("x")
        plain_axes(ax)

    def _draw_plane(self, ax: Axes, frame: Frame) -> None:
        plane: Any = self.recorder.plane
        side = math.isqrt(len(frame.outputs))
        leads = {k: lead.reshape(side, side) for k, lead in leads_of(frame.outputs).items()}
        draw_regions(ax, preferred_class(frame.outputs).reshape(side, side), plane, self.n_classes, leads)
        draw_points(ax, self.recorder.x, self.classes, [f"class {k}" for k in range(self.n_classes)])
        one_scale(ax, plane)
        ax.set_xlabel("$x_1$")
        ax.set_ylabel("$x_2$")
