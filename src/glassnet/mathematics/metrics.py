"""Figures that say how well a classifier did, public as `gn.metrics`: each takes true classes and answers.

True classes `t` are indices, or one-hot or soft rows, of which the largest entry counts; probabilities are what a
network predicts: rows (N, n_classes), or (N,) or (N, 1) of the class 1 of two. Labels that do not exclude each other
(rows of 0 and 1 with several ones, or none) are looked at one by one: `precision_recall(t[:, k], y[:, k] >= 0.5)`,
`reliability_curve(t[:, k], y[:, k])`.
"""

from glassnet.mathematics.calibration import (
    Reliability,
    expected_calibration_error,
    reliability_curve,
    temperature_scaling,
)
from glassnet.mathematics.class_metrics import ClassScores, precision_recall, top_k_accuracy
from glassnet.mathematics.confusion import class_indices, confusion_counts, confusion_matrix

__all__ = [
    "ClassScores",
    "Reliability",
    "class_indices",
    "confusion_counts",
    "confusion_matrix",
    "expected_calibration_error",
    "precision_recall",
    "reliability_curve",
    "temperature_scaling",
    "top_k_accuracy",
]
