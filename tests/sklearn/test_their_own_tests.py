"""scikit-learn's own `test_mlp.py`, read from the installed library and run with the import of its classes changed."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import sklearn.neural_network

THEIRS = Path(sklearn.neural_network.__file__).parent / "tests" / "test_mlp.py"
IMPORT = re.compile(r"^from sklearn\.neural_network import MLPClassifier, MLPRegressor$", re.MULTILINE)
CANNOT_PASS: dict[str, str] = {}
"""Tests that cannot pass, each with the private name that it asks for: none. `_optimizer.learning_rate`,
`_no_improvement_count` and `_loss_grad_lbfgs`, which that file uses, are there."""
SETTINGS = """
import pytest


@pytest.fixture
def global_random_seed():
    return 42
"""


def results(folder: Path, text: str) -> dict[str, str]:
    """Run a file of tests in a process of its own; return the outcome of each by name."""
    folder.mkdir()
    (folder / "test_mlp.py").write_text(text, encoding="utf-8")
    (folder / "conftest.py").write_text(SETTINGS, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", "test_mlp.py"]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout + done.stderr
    found = {}
    for case in ET.parse(report).getroot().iter("testcase"):
        kinds = [child.tag for child in case if child.tag in {"failure", "error", "skipped"}]
        found[case.get("name")] = kinds[0] if kinds else "passed"
    return found


@pytest.mark.slow  # a minute: all of that file, twice
def test_what_passes_with_scikit_learns_classes_passes_with_ours(tmp_path):
    text = THEIRS.read_text(encoding="utf-8")
    assert len(IMPORT.findall(text)) == 1
    changed = IMPORT.sub("from glassnet.sklearn import MLPClassifier, MLPRegressor", text)
    control, own = results(tmp_path / "control", text), results(tmp_path / "own", changed)
    assert own.keys() == control.keys()
    assert len(own) >= 50
    print(f"{len(own)} tests: {sum(how == 'passed' for how in own.values())} pass, "
          f"{sum(how == 'passed' for how in control.values())} with scikit-learn's own classes")  # fmt: skip
    failing = {name for name, how in own.items() if how != "passed" and control[name] == "passed"}
    assert failing == set(CANNOT_PASS)
