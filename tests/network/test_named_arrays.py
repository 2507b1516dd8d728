"""Arrays by name in one block: views that stay, assignment that copies or refuses, whole or not at all."""

import copy
import pickle

import numpy as np
import pytest

from glassnet.mathematics.checks import ArgumentError, ArgumentTypeError, ShapeError
from glassnet.network.named_arrays import NamedArrays


def make(dtype="float32"):
    return NamedArrays({"W1": (2, 3), "b1": (3,), "s": ()}, np.dtype(dtype))


def test_all_arrays_are_views_of_one_block():
    arrays = make()
    assert list(arrays) == ["W1", "b1", "s"]
    assert arrays.flat.tolist() == [0] * 10
    arrays["W1"][1, 2] = 5
    arrays["b1"] += [1, 2, 3]
    arrays["s"][...] = 7
    assert arrays.flat.tolist() == [0, 0, 0, 0, 0, 5, 1, 2, 3, 7]
    arrays.flat[0] = 9
    assert arrays["W1"][0, 0] == 9


@pytest.mark.parametrize(
    "values", [[1, 2, 3], (1.0, 2.0, 3.0), np.array([1, 2, 3], "int8"), np.array([1, 2, 3], object)]
)
def test_assignment_copies_into_the_view(values):
    arrays = make()
    view = arrays["b1"]
    arrays["b1"] = values
    assert arrays["b1"] is view
    assert view.tolist() == [1, 2, 3]
    assert view.dtype == np.float32


def test_what_was_assigned_is_not_shared():
    arrays, mine = make("float64"), np.ones(3)
    arrays["b1"] = mine
    mine[0] = 5
    assert arrays["b1"].tolist() == [1, 1, 1]


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(ArgumentError, match=r"there is no array 'b2' here, only W1, b1, s\."):
        make()["b2"] = [1, 2, 3]
    with pytest.raises(ArgumentError, match=r"Did you mean 'W1'\?"):
        make()["w1"] = [1, 2, 3]
    with pytest.raises(ArgumentError, match="only none at all"):
        NamedArrays({}, np.dtype("float32"))["W1"] = 1


@pytest.mark.parametrize("values", [[1, 2], [[1, 2, 3]], 1.0, np.zeros((3, 1)), []])
def test_other_shapes_are_refused_even_if_they_would_broadcast(values):
    with pytest.raises(ShapeError, match=r"b1 must have the shape \(3,\), got \("):
        make()["b1"] = values


@pytest.mark.parametrize("values", ["abc", ["a", "b", "c"], None, [1j, 2, 3]])
def test_what_is_no_real_number_is_refused(values):
    with pytest.raises(ArgumentTypeError, match=r"b1 must hold .*numbers"):
        make()["b1"] = values


def test_a_number_too_large_for_float32_becomes_infinite_and_nothing_warns():
    arrays = make()
    arrays["b1"] = [1e300, 0, 0]
    assert arrays["b1"].tolist() == [np.inf, 0, 0]


def test_update_takes_what_a_dict_takes():
    for update in (
        lambda a: a.update({"b1": [1, 2, 3]}),
        lambda a: a.update(b1=[1, 2, 3]),
        lambda a: a.update([("b1", [1, 2, 3])]),
    ):
        arrays = make()
        update(arrays)
        assert arrays["b1"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("wrong", [{"b1": [1, 2]}, {"b2": [1]}, {"b1": "x"}])
def test_update_changes_all_or_nothing(wrong):
    arrays = make()
    with pytest.raises((ShapeError, ArgumentError, ArgumentTypeError)):
        arrays.update({"W1": np.ones((2, 3))} | wrong)
    assert not arrays.flat.any()


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.pop("W1"),
        lambda a: a.popitem(),
        lambda a: a.clear(),
        lambda a: a.setdefault("W2", 1),
        lambda a: a.__delitem__("W1"),
        lambda a: a.__ior__({"W2": 1}),
    ],
)
def test_names_are_neither_added_nor_removed(change):
    arrays = make()
    with pytest.raises(ArgumentError, match="can be assigned to, but not added or removed"):
        change(arrays)
    assert list(arrays) == ["W1", "b1", "s"]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda a: pickle.loads(pickle.dumps(a))], ids=["deepcopy", "pickle"])
def test_copies_have_a_block_of_their_own(copied):
    arrays = make()
    arrays["b1"] = [1, 2, 3]
    other = copied(arrays)
    assert list(other) == list(arrays)
    assert other.flat.tobytes() == arrays.flat.tobytes()
    other["b1"] = [4, 5, 6]
    assert other.flat.tolist()[-4:-1] == [4, 5, 6]
    assert arrays["b1"].tolist() == [1, 2, 3]


def test_plain_copies_are_not_views():
    arrays = make()
    plain = arrays.copies()
    plain["b1"] += 1
    assert type(plain) is dict
    assert not arrays.flat.any()
