# `make mnist` and `make test` make the virtual environment that they need; nothing has to be installed first.
PYTHON ?= python3
VENV ?= .venv
BENCH_VENV ?= .venv-bench
BIN := $(VENV)/bin
OUT ?= runs/mnist
# Processes that share the tests: one more than two cores, since some wait for a browser.
JOBS ?= 3
SHARED = --numprocesses=$(JOBS) --dist=worksteal

.DEFAULT_GOAL := help
.PHONY: help install mnist lessons docs test test-without-numba test-all bench format clean

help:  ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "glassnet needs Python 3.11 or newer, got $$($(PYTHON) --version 2>&1); try: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-docs: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@ $(VENV)/.installed

install: $(VENV)/.installed  ## the package in its own environment, .venv

mnist: $(VENV)/.installed  ## train on MNIST; model, pictures and figures go to runs/mnist
	$(BIN)/glassnet train mnist --out $(OUT)

lessons: $(VENV)/.installed  ## the lessons' notebooks, run, in lessons/ko and lessons/en (a minute or two)
	$(BIN)/python -m glassnet.lessons.build lessons

docs: $(VENV)/.installed-docs  ## the documentation site, in English and Korean, in site/ (a minute); a warning is an error
	$(BIN)/python -m docs.site.build site

test: $(VENV)/.installed-test  ## every check: format, lint, types, imports, doctests, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -q -m "not slow" $(SHARED)

test-without-numba: $(VENV)/.installed-test  ## the tests in which networks compute, with a Numba that cannot be imported
	PYTHONPATH=$(CURDIR)/tests/helpers/without_numba \
	  $(BIN)/pytest -q -m "not slow" $(SHARED) $(addprefix tests/,network training glass sklearn interop test_model.py)

test-all: test docs test-without-numba  ## the same, the long trainings and the documentation site
	$(BIN)/pytest -q -m slow $(SHARED)
	$(BIN)/pytest -q tests/docs docs/site

$(BENCH_VENV)/.installed: benchmarks/requirements.txt pyproject.toml
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --requirement benchmarks/requirements.txt --editable .
	@touch $@

bench: $(BENCH_VENV)/.installed  ## glassnet beside its peers; writes docs/benchmarks.md (a quarter of an hour; BENCH=--quick: three)
	$(BENCH_VENV)/bin/python -m benchmarks.run $(BENCH)

format: $(VENV)/.installed-test  ## put the code in its standard form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove what make made
	rm -rf $(VENV) $(BENCH_VENV) build dist runs site docs/site/locale/*/LC_MESSAGES/*.mo .mypy_cache .ruff_cache .pytest_cache
