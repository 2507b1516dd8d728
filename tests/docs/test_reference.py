"""The API reference has every public name, once."""

from collections import Counter

import pytest

import glassnet as gn
from docs.site.reference import TOPICS, names_of, page, public_names, value_of


def test_every_public_name_has_one_place():
    described = Counter(name for topic in TOPICS for name in names_of(topic))
    assert set(described) == public_names()
    assert [name for name, times in described.items() if times > 1] == []


def test_the_public_names_are_those_of_the_package_and_its_modules():
    names = public_names()
    assert {"Network", "load_mnist", "functions.softmax", "gates.XOR", "plots.confusion_matrix"} <= names
    assert {"functions", "plots", "__version__"} & names == set()
    assert {name for name in names if name.startswith("losses.")} == {f"losses.{name}" for name in gn.losses.__all__}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.file)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_page_describes_all_names_of_its_topic(topic, language):
    text = page(topic, language)
    assert text.startswith(topic.title.within(language))
    for name in names_of(topic):
        assert f":: glassnet.{name}\n" in text + "\n" or f"py:data:: {name}\n" in text


def test_gates_show_their_truth_tables():
    text = page(next(topic for topic in TOPICS if topic.file == "perceptron"), "en")
    assert "       0   1   1\n" in text.split("py:data:: gates.XOR")[1]


def test_methods_stand_with_the_class_that_defines_them():
    text = page(next(topic for topic in TOPICS if topic.file == "layers"), "en")
    assert ".. autoclass:: glassnet.Layer\n   :members:" in text
    assert ".. autoclass:: glassnet.Dense\n\n" in text


def test_value_of_follows_modules():
    assert value_of("gates.AND") is gn.gates.AND
