"""The builder of the documentation is a package of the repository, not of the wheel."""

from importlib.util import find_spec

NEED_SPHINX = ["test_searching.py", "test_mathml.py", "test_docstrings.py"]
collect_ignore = [] if find_spec("sphinx") else NEED_SPHINX  # the conftest above says so
