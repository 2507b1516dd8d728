"""The documentation site: what `make docs` builds, in English and Korean, from the lessons, docstrings and guides."""
