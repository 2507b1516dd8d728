"""The weights of the first layer as images: what each unit looks for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from glassnet.glass.plots.mosaic import Mosaic
from glassnet.glass.plots.style import DIVERGING, axes_or_new, shown_by_notebooks
from glassnet.mathematics.checks import (
    ArgumentError,
    ShapeError,
    as_float_array,
    check_finite,
    check_integer,
    describe,
)
from glassnet.network.backends import to_numpy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage
    from numpy.typing import ArrayLike, NDArray

MOST_BY_DEFAULT = 100
SHARE_WITHIN_SCALE = 0.999  # a few extreme weights do not make all others pale


class HasParameters(Protocol):
    """A network, as far as this plot needs it."""

    @property
    def parameters(self) -> Mapping[str, NDArray[Any]]:
        """Parameters by name; "W1" are the weights of the first layer."""


def first_layer_weights(
    network: HasParameters | ArrayLike,
    count: int | None = None,
    image_shape: tuple[int, int] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the weights that lead to each unit of the first layer as an image of the input's shape.

    Orange is negative, white is 0, purple is positive, on one scale for all units. Unit j is column j of W1.

    Parameters
    ----------
    network : network or array of shape (n_in, n_out) or (pieces, n_in, n_out)
        A network with `parameters["W1"]`, or W1 itself. The pieces of a Maxout unit stand side by side.
    count : int, optional
        How many images to draw, from unit 0 on; by default all, but at most 100.
    image_shape : (height, width), optional
        The shape of an input as an image; by default a square.
    ax : Axes, optional
        Where to draw; by default on a new figure.

    Returns
    -------
    Axes

    Raises
    ------
    ArgumentError
        If n_in is no square number and `image_shape` is not given, or does not fit.

    Examples
    --------
    >>> ax = first_layer_weights(np.random.default_rng(0).normal(size=(784, 50)), count=20)
    >>> ax.get_title(loc="left")
    'first 20 of 50 units'
    """
    W1, what = _weights_of(network)
    total = W1.shape[1]
    shown = min(total, MOST_BY_DEFAULT if count is None else check_integer("count", count, minimum=1))
    height, width = _image_shape(image_shape, len(W1))
    images = W1.T[:shown].reshape(shown, height, width)
    mosaic = Mosaic.of(images, max(min(shown, 10), math.isqrt(shown)))
    across, down = mosaic.inches
    drawn = axes_or_new(ax, (across, down + 0.75))
    limit = float(np.quantile(np.abs(images), SHARE_WITHIN_SCALE)) or float(np.abs(images).max()) or 1.0
    picture = mosaic.draw(drawn, DIVERGING, (-limit, limit))
    _add_scale(drawn, picture, mosaic.height_on(drawn))
    title = f"all {total} {what}" if shown == total else f"first {shown} of {total} {what}"
    drawn.set_title(title, loc="left", fontsize="medium")
    return shown_by_notebooks(ax, drawn)


def _weights_of(network: HasParameters | ArrayLike) -> tuple[NDArray[Any], str]:
    """Return the weights as (n_in, number of images), and what an image is: a unit, or a piece of a Maxout unit."""
    W1: Any = network
    if hasattr(network, "parameters"):
        if "W1" not in network.parameters:
            known = ", ".join(network.parameters) or "none"
            raise ArgumentError(
                f"the network must have weights W1 in its first layer, got the parameters {known}. "
                "Give a network with a Dense or Maxout layer."
            )
        W1 = network.parameters["W1"]
    W1 = as_float_array(to_numpy(W1), "W1")
    if W1.ndim not in {2, 3} or W1.size == 0:
        raise ShapeError(
            f"W1 must have the shape (n_in, n_out), or (pieces, n_in, n_out) of a Maxout, got {describe(W1)}. "
            "Give a network, or the weights of its first layer."
        )
    check_finite("W1", W1)
    if W1.ndim == 2:
        return W1, "units"
    return np.moveaxis(W1, 0, -1).reshape(W1.shape[1], -1), "pieces"


def _image_shape(image_shape: tuple[int, int] | None, n_in: int) -> tuple[int, int]:
    if image_shape is None:
        side = math.isqrt(n_in)
        if side * side != n_in:
            raise ArgumentError(
                f"image_shape must be given, because n_in = {n_in} is no square number. "
                f"Pass image_shape=(height, width) with height · width = {n_in}."
            )
        return side, side
    sides = [
        check_integer("a side of image_shape", side, minimum=1)
        for side in np.atleast_1d(np.asarray(image_shape, dtype=object))
    ]
    if len(sides) != 2 or sides[0] * sides[1] != n_in:
        raise ArgumentError(
            f"image_shape must be (height, width) with height · width = n_in = {n_in}, got {describe(image_shape)}. "
            "Give the shape that the inputs had before they were flattened."
        )
    return sides[0], sides[1]


def _add_scale(ax: Axes, picture: AxesImage, height: float) -> None:
    """Draw the scale of colours below the images, `height` points high: no room is taken from others on the figure."""
    scale = ax.inset_axes((0.0, -12 / height, 1.0, 6 / height), transform=ax.transAxes)
    bar = ax.figure.colorbar(picture, cax=scale, orientation="horizontal")
    bar.outline.set_visible(False)
    scale.tick_params(labelsize="small", length=2)
    scale.set_xlabel("weight", fontsize="small")
