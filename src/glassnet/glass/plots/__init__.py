"""Plots, public as `gn.plots`: each returns its Axes or Figure and never calls `show`; most take `ax=`."""

from glassnet.glass.plots.activation_curves import activation_function, activation_functions
from glassnet.glass.plots.activations import activation_histograms
from glassnet.glass.plots.animation import animation_of_fit
from glassnet.glass.plots.confusion import confusion_matrix
from glassnet.glass.plots.costs import cost_curve, cost_surface
from glassnet.glass.plots.curves import learning_curves, learning_curves_figure
from glassnet.glass.plots.digits import digit_grid, mistakes
from glassnet.glass.plots.explanations import explanation
from glassnet.glass.plots.files import save_figure
from glassnet.glass.plots.fit_recorder import FitRecorder
from glassnet.glass.plots.gradients import gradient_field, tangent
from glassnet.glass.plots.manifold import digit_manifold, digit_walk, random_pixels
from glassnet.glass.plots.planes import plane_before_and_after
from glassnet.glass.plots.rates import learning_rates
from glassnet.glass.plots.regions import decision_regions
from glassnet.glass.plots.reliability import reliability
from glassnet.glass.plots.stages import digit_stages
from glassnet.glass.plots.thresholds import precision_recall, roc
from glassnet.glass.plots.weights import first_layer_weights

__all__ = [
    "FitRecorder",
    "activation_function",
    "activation_functions",
    "activation_histograms",
    "animation_of_fit",
    "confusion_matrix",
    "cost_curve",
    "cost_surface",
    "decision_regions",
    "digit_grid",
    "digit_manifold",
    "digit_stages",
    "digit_walk",
    "explanation",
    "first_layer_weights",
    "gradient_field",
    "learning_curves",
    "learning_curves_figure",
    "learning_rates",
    "mistakes",
    "plane_before_and_after",
    "precision_recall",
    "random_pixels",
    "reliability",
    "roc",
    "save_figure",
    "tangent",
]
