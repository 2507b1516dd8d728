"""Networks from and to PyTorch, Keras and scikit-learn: the public functions, which hand on to `interop`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.model import Network

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path
