"""The book's package `dataset`."""

# Relative on purpose, as in `common`.
from . import mnist

__all__ = ["mnist"]
