"""The benchmarks are scripts of the repository, not part of the package."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))
