"""Both executors as a test's parameter; where there is no Numba, what needs the compiled one is left out."""

import pytest

from glassnet.engine import entry

NEEDS_NUMBA = pytest.mark.skipif(bool(entry.unavailable()), reason=entry.unavailable() or "there is Numba")
EXECUTORS = ["reference", pytest.param("compiled", marks=NEEDS_NUMBA)]
