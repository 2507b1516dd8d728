"""Data: MNIST and the file formats, scalings, pictures."""

from __future__ import annotations

from glassnet.data.csv_table import read_csv_table
from glassnet.data.dataset import Dataset
from glassnet.data.fashion import FASHION_CLASSES, load_fashion_mnist
from glassnet.data.folders import read_image_folder
from glassnet.data.idx import read_idx
from glassnet.data.idx_folder import read_idx_folder
from glassnet.data.labels import check_labels
from glassnet.data.loading import load_data
from glassnet.data.mnist_csv import read_mnist_csv
from glassnet.data.mnist_loader import load_mnist
from glassnet.data.npz import read_npz
from glassnet.data.scaling import SCALINGS, Scaling, named_scaling, scale_lecture_000, scale_unit

__all__ = [
    "FASHION_CLASSES",
    "SCALINGS",
    "Dataset",
    "Scaling",
    "check_labels",
    "load_data",
    "load_fashion_mnist",
    "load_mnist",
    "named_scaling",
    "read_csv_table",
    "read_idx",
    "read_idx_folder",
    "read_image_folder",
    "read_mnist_csv",
    "read_npz",
    "scale_lecture_000",
    "scale_unit",
]
