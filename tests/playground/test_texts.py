"""What the page says: each refusal has words in both languages, where the page that hears it has them."""

import re
from pathlib import Path

import pytest

import glassnet

PACKAGE = Path(glassnet.__file__).parent
TEXTS = PACKAGE / "playground" / "static" / "js" / "texts"
REFUSAL = re.compile(r'(?:RefusedError\(|\.coded\()\s*"([a-z0-9-]+)"')
CODE_OF_A_READER = re.compile(r'": "([a-z-]+)",\n')
ENTRY = re.compile(r'^  "?([\w.-]+)"?: (?:same\(|\[)', re.MULTILINE)


def keys(name):
    return set(ENTRY.findall((TEXTS / f"{name}.js").read_text(encoding="utf-8")))


def codes(*parts):
    return set(REFUSAL.findall(PACKAGE.joinpath(*parts).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("module", "texts"),
    [
        (("playground", "private_files.py"), ()),  # models and handwriting alike
        (("playground", "open_models.py"), ()),
        (("playground", "sessions.py"), ()),
        (("playground", "taught.py"), ("digit",)),
        (("playground", "tabs", "digit.py"), ("digit",)),
        (("playground", "tabs", "handwriting.py"), ("handwriting",)),
        (("playground", "fine_tuning.py"), ("handwriting",)),
        (("playground", "tabs", "models.py"), ("models", "trace")),
        (("playground", "traces.py"), ("models", "trace")),
        (("playground", "tabs", "train.py"), ("train",)),
        (("playground", "training", "own_table.py"), ("train",)),
        (("playground", "training", "experiment.py"), ("train",)),
        (("playground", "training", "data.py"), ("train",)),
        (("data", "csv_table.py"), ("train",)),
        (("playground", "formula.py"), ("graph",)),
    ],
)
def test_each_refusal_has_words_where_it_is_heard(module, texts):
    known = set().union(*(keys(name) for name in ("common", *texts)))
    assert {code for code in codes(*module) if f"error.{code}" not in known} == set()


def test_what_readers_of_files_say_has_words_on_every_tab():
    reasons = (PACKAGE / "playground" / "private_files.py").read_text(encoding="utf-8").partition("REASONS = {")[2]
    found = set(CODE_OF_A_READER.findall(reasons.partition("}")[0] + "\n"))
    assert len(found) == 5
    assert {f"error.{code}" for code in found | {"file-ending", "file-unreadable"}} <= keys("common")
