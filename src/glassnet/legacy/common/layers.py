"""`common.layers`: the layers of lecture 002, each with `forward` and `backward`."""

from glassnet.mathematics.lecture_layers import AddLayer, Affine, MulLayer, Relu, Sigmoid, SoftmaxWithLoss

__all__ = ["AddLayer", "Affine", "MulLayer", "Relu", "Sigmoid", "SoftmaxWithLoss"]
