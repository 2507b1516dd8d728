"""`dataset.mnist`: `load_mnist` with the three switches of lectures 002 and 004, from inside glassnet."""

from glassnet.data.mnist_loader import load_mnist

__all__ = ["load_mnist"]
