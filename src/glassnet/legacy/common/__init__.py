"""The book's package `common`: functions, numerical gradient, layers and optimizers."""

# Relative on purpose: a script that is run gets this package by the name `common`, and so the modules within it.
from . import functions, gradient, layers, optimizer

__all__ = ["functions", "gradient", "layers", "optimizer"]
