"""Which endings of file names stand for other libraries' files, and what writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.interop.keras_models.writing import write_keras
from glassnet.interop.pytorch.conversion import write_torch

if TYPE_CHECKING:
    from collections.abc import Callable

WRITERS: dict[str, Callable[..., Any]] = {
    ".pt": write_torch,
    ".pth": write_torch,
    ".keras": write_keras,
    ".weights.h5": write_keras,
}
"""Each takes the network and the path. A `.safetensors` is glassnet's own model, or by `save_torch` a state dict."""
