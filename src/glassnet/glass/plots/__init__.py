"""Plots, public as `gn.plots`: each takes `ax=`, returns the Axes and never calls `show`."""

from glassnet.glass.plots.activations import activation_histograms
from glassnet.glass.plots.confusion import confusion_matrix
from glassnet.glass.plots.curves import learning_curves, learning_curves_figure
from glassnet.glass.plots.digits import digit_grid, mistakes
from glassnet.glass.plots.files import save_figure
from glassnet.glass.plots.stages import digit_stages
from glassnet.glass.plots.weights import first_layer_weights

__all__ = [
    "activation_histograms",
    "confusion_matrix",
    "digit_grid",
    "digit_stages",
    "first_layer_weights",
    "learning_curves",
    "learning_curves_figure",
    "mistakes",
    "save_figure",
]
