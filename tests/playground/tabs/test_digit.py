"""The tab Digit, the server's side: what is shown is what the library computes, and a step can be taken back."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import GlassnetError
from glassnet.playground.actions import action
from glassnet.playground.message import Message, RefusedError
from glassnet.playground.open_models import OpenModels
from glassnet.playground.packaged_models import open_packaged
from glassnet.playground.sessions import Session
from glassnet.playground.taught import Taught
from glassnet.playground.wire import pack, unpack

RIGHT = 1


@pytest.fixture
def session():
    return Session()


@pytest.fixture(scope="module")
def image():
    page = np.full((112, 112), 255, dtype=np.uint8)
    page[28:36, 30:84] = 0
    for row in range(36, 96):
        left = 76 - (row - 36) // 2
        page[row, left : left + 8] = 0
    return gn.digit_from_picture(page).image


def ask(session, name, **content):
    """As over the connection: packed and unpacked both ways."""
    asked = Message(unpack(pack(content)))
    return unpack(pack(action(f"digit.{name}")(session, asked)))


def by_name(rows):
    return {row["name"]: row for row in rows}


def shown_arrays(answer):
    return {array["name"]: array for stage in answer["stages"] for array in stage["arrays"]}


@pytest.fixture
def own_model():
    """Every kind of layer, a loss that is not fused."""
    layers = [gn.Dense(784, 50), gn.BatchNorm(), gn.LeakyReLU(), gn.Dropout(0.2), gn.Maxout(50, 6, pieces=2)]
    return gn.Network([*layers, gn.Dense(6, 10), gn.Sigmoid()], loss="mean_squared_error", seed=3)


def test_a_drawing_is_read_with_its_stages_and_every_layer_shown(session):
    page = np.full((112, 112), 255, dtype=np.uint8)
    page[20:90, 50:60] = 0
    answer = ask(session, "look", picture=page, drawn=True, stages=True, models=["small", "lecture"])
    digit = gn.digit_from_picture(page)
    np.testing.assert_array_equal(answer["image"], digit.image)
    assert [stage["name"] for stage in answer["stages"]] == list(digit.stages)
    for shown, name in zip(answer["models"], ("small", "lecture"), strict=True):
        network = open_packaged(name)
        expected = network.predict(digit.image.reshape(1, -1) / np.float32(255))[0]
        np.testing.assert_array_equal(shown["probabilities"], expected)
        assert shown["answer"] == int(expected.argmax())
    assert "stages" not in ask(session, "look", picture=page, models=["small"])


def test_layers_and_what_flows_between_them_are_the_network_s(session, image):
    rows = by_name(ask(session, "look", image=image, models=["small"])["models"][0]["rows"])
    own = {name: array.astype(float) for name, array in open_packaged("small").parameters.items()}
    a1 = np.maximum(image.reshape(-1) / 255 @ own["W1"] + own["b1"], 0)
    np.testing.assert_allclose(rows["A1"]["values"], a1, rtol=1e-4, atol=1e-4)
    assert rows["A1"]["formula"] == "max(0, Z1)"
    assert rows["Z1"]["flow"] is None
    assert rows["Z2"]["flow"]["from"] == "A1"
    np.testing.assert_allclose(rows["Z2"]["flow"]["products"], a1[:, None] * own["W2"], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(rows["Z2"]["values"], a1 @ own["W2"] + own["b2"], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("address", ["Z1[0,3]", "A1[0,3]", "Z2[0,5]", "A3[0,7]", "Z3[0,0]"])
def test_a_why_adds_up_and_its_parts_too(session, image, address):
    why = ask(session, "why", model="small", image=image, address=address)
    summed = sum(value for _, value in why["terms"]) + why["more"]["sum"]
    assert summed == pytest.approx(why["total"], rel=1e-9)
    assert len(why["terms"]) + why["more"]["count"] == why["count"]
    parts = why["parts"]
    np.testing.assert_allclose(parts["products"], parts["inputs"].astype(float) * parts["weights"], rtol=1e-6)
    assert parts["products"].sum() + parts["bias"] == pytest.approx(why["total"], rel=1e-6, abs=1e-9)
    assert parts["inputs"].shape == ((28, 28) if "1[" in address else (1, why["count"] - 1))
    assert why["numerical"] is None


def test_a_gradient_s_why_has_chain_and_numerical_difference(session, image):
    why = ask(session, "why", model="small", image=image, target=RIGHT, address="dW3[13,1]")
    assert np.prod([value for _, value in why["chain"]]) == pytest.approx(why["value"], rel=1e-5)
    assert why["numerical"] == pytest.approx(why["value"], rel=1e-4)
    assert why["parts"] is None


@pytest.mark.parametrize("model", ["small", "lecture", "own"])
def test_why_one_class_and_not_another_adds_up_to_the_difference_of_their_logits(session, image, own_model, model):
    name = session.room(OpenModels).add(own_model, "all kinds of layers") if model == "own" else model
    rows = ask(session, "look", image=image, models=[name])["models"][0]["rows"]
    logits = rows[-2]["values"].astype(float)  # before softmax or sigmoid
    own = ask(session, "contrast", model=name, image=image, why=7, why_not=2)
    assert own["pixels"].shape == (28, 28)
    assert own["pixels"].sum() + own["constant"] == pytest.approx(own["score"], rel=1e-3)
    assert own["score"] == pytest.approx(logits[7] - logits[2], rel=1e-3, abs=1e-4)
    assert own["change"] is None
    sizes = [abs(value) for _, value in own["units"]]
    assert sizes == sorted(sizes, reverse=True)


def test_the_smallest_change_turns_the_answer(session, image):
    change = ask(session, "contrast", model="small", image=image, why=7, why_not=2, turn=True)["change"]
    network = open_packaged("small")
    assert change["after"] == 2
    assert network.predict(change["picture"].reshape(1, -1)).argmax() == 2
    x = image / np.float32(255)
    np.testing.assert_allclose(change["picture"] - x, change["delta"], atol=1e-6)
    assert np.linalg.norm(change["delta"]) == pytest.approx(change["size"], rel=1e-5)


def test_the_backward_pass_goes_link_by_link(session, image):
    answer = ask(session, "backward", model="small", image=image, target=RIGHT)
    order = [[array["name"] for array in stage["arrays"]] for stage in answer["stages"]]
    assert order[:5] == [["losses", "loss"], ["dZ3"], ["dW3", "db3"], ["dA2"], ["dZ2"]]
    assert order[5:] == [["dW2", "db2"], ["dA1"], ["dZ1"], ["dW1", "db1"], ["dX"]]
    network = open_packaged("small")
    x = image.reshape(1, -1) / np.float32(255)
    p = network.predict(x)[0]
    arrays = shown_arrays(answer)
    np.testing.assert_allclose(arrays["dZ3"]["values"][0], p - np.eye(10)[RIGHT], atol=1e-6)
    assert answer["loss"] == pytest.approx(-np.log(p[RIGHT]), rel=1e-3)
    gradients = network.gradients(x, [RIGHT], mode="predict")
    np.testing.assert_allclose(arrays["dW3"]["values"], gradients["W3"], atol=1e-6)
    units = arrays["dW1"]["columns"]
    np.testing.assert_allclose(arrays["dW1"]["values"].reshape(len(units), -1).T, gradients["W1"][:, units], atol=1e-6)
    kept = np.abs(gradients["W1"][:, units]).max(axis=0).min()
    assert np.all(np.abs(np.delete(gradients["W1"], units, axis=1)) <= kept)
    assert arrays["dW1"]["shape"] == [784, 32]
    assert arrays["dX"]["values"].shape == (1, 28, 28)


def test_every_largest_number_of_the_backward_pass_can_be_explained(session, image, own_model):
    name = session.room(OpenModels).add(own_model, "all kinds of layers")
    rows = by_name(ask(session, "look", image=image, models=[name])["models"][0]["rows"])
    assert {"Z1", "batchnorm1", "leakyrelu1", "Z2", "Z3", "A3"} <= rows.keys()
    answer = ask(session, "backward", model=name, image=image, target=RIGHT)
    for array in shown_arrays(answer).values():
        why = ask(session, "why", model=name, image=image, target=RIGHT, address=array["largest"])
        assert abs(why["value"]) == pytest.approx(array["size"])
        if why["numerical"] is not None:
            assert why["numerical"] == pytest.approx(why["value"], rel=1e-2, abs=1e-6)


def test_a_step_is_shown_first_then_made_and_taken_back(session, image):
    first = ask(session, "look", image=image, models=["small"])["models"][0]
    asked = {"model": "small", "image": image, "target": RIGHT, "rate": 0.003}
    would = ask(session, "step", **asked)
    np.testing.assert_array_equal(ask(session, "look", image=image, models=["small"])["models"][0]["probabilities"],
                                  first["probabilities"])  # fmt: skip
    made = ask(session, "step", **asked, keep=True)
    np.testing.assert_array_equal(made["after"], would["after"])
    np.testing.assert_array_equal(made["before"], first["probabilities"])
    assert made["loss"][1] < made["loss"][0]
    # The same by hand: W - rate * dW, then the library's own prediction.
    network = open_packaged("small")
    x = image.reshape(1, -1) / np.float32(255)
    gradients = network.gradients(x, [RIGHT], mode="predict")
    for name, parameter in network.parameters.items():
        parameter[...] = parameter - np.float32(0.003) * gradients[name]
    shown = ask(session, "look", image=image, models=["small"])["models"][0]
    np.testing.assert_array_equal(shown["probabilities"], made["after"])
    np.testing.assert_allclose(shown["probabilities"], network.predict(x)[0], rtol=1e-5)
    assert shown["taught"] == 1

    assert ask(session, "step", **asked, keep=True)["taught"] == 2
    assert ask(session, "undo", model="small")["taught"] == 1
    np.testing.assert_array_equal(ask(session, "look", image=image, models=["small"])["models"][0]["probabilities"],
                                  made["after"])  # fmt: skip
    ask(session, "step", **asked, keep=True)
    assert ask(session, "undo", model="small", all=True)["taught"] == 0
    for name, parameter in open_packaged("small").parameters.items():
        np.testing.assert_array_equal(session.room(OpenModels).network("small").parameters[name], parameter)
    assert ask(session, "undo", model="small")["taught"] == 0  # nothing left to take back


def test_steps_of_one_session_leave_another_s_models_alone(session, image):
    other = Session()
    before = ask(other, "look", image=image, models=["small"])["models"][0]["probabilities"]
    ask(session, "step", model="small", image=image, target=RIGHT, rate=0.1, keep=True)
    np.testing.assert_array_equal(
        ask(other, "look", image=image, models=["small"])["models"][0]["probabilities"], before
    )


def test_a_model_changed_elsewhere_begins_anew(session, image):
    ask(session, "step", model="small", image=image, target=RIGHT, rate=0.003, keep=True)
    network = session.room(OpenModels).network("small")
    network.parameters["b3"][:] = 0
    assert ask(session, "models")["models"][0]["taught"] == 0
    ask(session, "undo", model="small", all=True)
    assert not network.parameters["b3"].any()


def test_only_models_that_read_pictures_are_offered(session, image):
    models = session.room(OpenModels)
    models.add(gn.Network([gn.Dense(2, 2), gn.Softmax()], loss="categorical_cross_entropy"), "XOR", name="xor")
    models.add(gn.Network([gn.Dense(784, 784), gn.Sigmoid()], loss="mean_squared_error"), "too many", name="auto")
    models.add(gn.Network([gn.Dense(784, 10)], loss="mean_squared_error"), "no probabilities", name="values")
    models.add(gn.Network([gn.Dense(784, 26), gn.Softmax()], loss="categorical_cross_entropy"), "letters", name="az")
    assert [card["name"] for card in ask(session, "models")["models"]] == ["small", "large", "lecture", "az"]
    for name in ("xor", "auto", "values"):
        with pytest.raises(RefusedError) as refusal:
            ask(session, "look", image=image, models=[name])
        assert refusal.value.code == "digit-no-pictures"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("look", {"picture": np.full((90, 90), 255, np.uint8), "models": ["small"]}, "no-digit"),
        ("look", {"image": np.zeros((28, 28), np.uint8), "models": ["of-another-machine"]}, "no-model"),
    ],
)
def test_a_user_s_mistake_is_refused_with_its_code(session, name, content, code):
    with pytest.raises(RefusedError) as refusal:
        ask(session, name, **content)
    assert refusal.value.code == code


def test_a_step_beyond_all_bounds_is_refused_and_not_made(session, image):
    large = np.full((784, 10), 1e25, dtype=np.float32)
    layers = [gn.Dense(784, 10, init=(large, np.zeros(10))), gn.Identity(), gn.Dense(10, 10), gn.Softmax()]
    name = session.room(OpenModels).add(gn.Network(layers, loss="categorical_cross_entropy"), "steep")
    with pytest.raises(RefusedError) as refusal:
        ask(session, "step", model=name, image=image, target=RIGHT, rate=10, keep=True)
    assert refusal.value.code == "digit-rate"
    np.testing.assert_array_equal(session.room(OpenModels).network(name).parameters["W1"], large)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("look", {"image": np.zeros((5, 5), np.uint8), "models": ["small"]}),
        ("look", {"models": ["small"]}),
        ("look", {"image": np.zeros((28, 28), np.uint8), "models": ["small", "large", "lecture"]}),
        ("why", {"model": "small", "image": np.zeros((28, 28), np.uint8), "address": "nonsense"}),
        ("why", {"model": "small", "image": np.zeros((28, 28), np.uint8), "address": "dZ3[0,1]"}),
        ("backward", {"model": "small", "image": np.zeros((28, 28), np.uint8)}),
        ("backward", {"model": "small", "image": np.zeros((28, 28), np.uint8), "target": 10}),
        ("step", {"model": "small", "image": np.zeros((28, 28), np.uint8), "target": 1, "rate": 0}),
    ],
)
def test_what_no_page_of_ours_asks_is_refused(session, name, content):
    with pytest.raises(GlassnetError):
        ask(session, name, **content)


def test_a_taught_model_does_not_keep_the_accuracy_of_another():
    session = Session()
    network = session.room(OpenModels).network("small")
    accuracy, taught = network.metadata["test_accuracy"], session.room(Taught)
    taught.teach("small", network, {**network.parameters, "b3": network.parameters["b3"] + 1})
    assert "test_accuracy" not in network.metadata
    taught.undo("small", network)
    assert network.metadata["test_accuracy"] == accuracy
