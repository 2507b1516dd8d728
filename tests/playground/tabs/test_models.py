"""What the tab "Open a model" is answered: against the library itself, and against files that no one should send."""

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing
from glassnet.playground.actions import action
from glassnet.playground.message import Message, RefusedError
from glassnet.playground.open_models import OpenModels
from glassnet.playground.packaged_models import FOLDER, open_packaged
from glassnet.playground.sessions import Session


def ask(session, name, /, **content):
    return action(f"models.{name}")(session, Message(content))


def bytes_of(path):
    return np.frombuffer(Path(path).read_bytes(), np.uint8)


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def net():
    return gn.Network([gn.Dense(3, 4), gn.Tanh(), gn.Dense(4, 2), gn.Softmax()], seed=3)


def test_a_model_is_opened_described_downloaded_and_closed(session, net, tmp_path):
    net.metadata = {"training": {"epochs": 3}, "note": "mine"}
    opened = ask(session, "open", file=bytes_of(net.save(tmp_path / "a.safetensors")), name="../../my net.safetensors")
    assert opened["kind"] == "model"
    (own,) = [card for card in ask(session, "list")["models"] if card["name"] == opened["name"]]
    assert own["title"] == "../../my net"
    card = ask(session, "card", model=opened["name"])
    assert [row["parameters"] for row in card["rows"]] == [16, 0, 10, 0]
    assert card["rows"][2]["arrays"] == [["W2", [4, 2]], ["b2", [2]]]
    assert ["training.epochs", "3"] in card["training"]
    assert (card["loss"], card["output"], card["pictures"]) == ("categorical_cross_entropy", "classes", None)
    again = tmp_path / "again.safetensors"
    again.write_bytes(ask(session, "file", model=opened["name"])["file"].tobytes())
    for name, array in gn.load(again).parameters.items():
        np.testing.assert_array_equal(array, net.parameters[name])
    ask(session, "close", model=opened["name"])
    with pytest.raises(RefusedError, match="no model"):
        ask(session, "card", model=opened["name"])


def test_histograms_count_every_number_and_pictures_are_columns_of_w1(session):
    card = ask(session, "card", model="small")
    small = open_packaged("small")
    for own in card["histograms"]:
        array = small.parameters[own["name"]]
        assert own["counts"].sum() == array.size
        assert (own["edges"][0], own["edges"][-1]) == pytest.approx((array.min(), array.max()))
        assert own["mean"] == pytest.approx(array.astype(float).mean())
    np.testing.assert_array_equal(card["pictures"][5].ravel(), small.parameters["W1"][:, 5])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_card_of_numbers_that_are_none_is_shown_all_the_same(session, dtype):
    net = gn.Network([gn.Dense(2, 2)], dtype=dtype)
    net.parameters["W1"][...] = [[np.nan, np.inf], [np.finfo(dtype).max, -np.finfo(dtype).max]]
    name = session.room(OpenModels).add(net, "odd")
    (weights, _) = ask(session, "card", model=name)["histograms"]
    assert weights["odd"] + weights["counts"].sum() == 4


def test_the_drawing_is_the_librarys(session):
    drawn = ask(session, "drawing", model="lecture", theme="dark")["svg"]
    assert drawn == open_packaged("lecture").draw(theme="dark").svg
    drawn = ask(session, "drawing", model="lecture", theme="light", language="ko")["svg"]
    assert drawn == open_packaged("lecture").draw(theme="light", language="ko").svg


@pytest.mark.parametrize("ending", [".json", ".safetensors"])
def test_a_trace_is_opened_and_its_numbers_are_those_of_the_trace(session, net, tmp_path, ending):
    trace = net.trace([[0.5, -1.0, 2.0], [1.0, 0.0, 0.5]], [0, 1])
    opened = ask(session, "open", file=bytes_of(trace.save(tmp_path / f"t{ending}")), name=f"t{ending}")
    assert opened["kind"] == "trace"
    seen = ask(session, "overview", trace=opened["name"])
    assert seen["address"]["words"] == str(trace.address)
    assert {step["name"] for step in seen["steps"]} == {*trace.names, *trace.parameters, "dA2"}
    for step in seen["steps"]:
        part = ask(session, "window", trace=opened["name"], name=step["name"])
        np.testing.assert_array_equal(part["values"].ravel(), trace[step["name"]].ravel())
        if step["phase"] not in {"given", "parameters"}:
            assert step["formula"] == trace.formula(step["name"])
    again = tmp_path / "again.safetensors"
    again.write_bytes(ask(session, "trace-file", trace=opened["name"])["file"].tobytes())
    assert gn.load_trace(again).address == trace.address
    ask(session, "close-trace", trace=opened["name"])
    with pytest.raises(RefusedError, match="no trace"):
        ask(session, "overview", trace=opened["name"])


def test_why_adds_up_and_its_chain_is_the_gradient(session, net):
    name = session.room(OpenModels).add(net, "net")
    made = ask(session, "trace", model=name, numbers="0.5, -1; 2", target="1", mode="train")["trace"]
    trace = net.trace([[0.5, -1.0, 2.0]], [1])
    reasons = ask(session, "why", trace=made, address="dW1[2,3]")
    assert reasons["value"] == trace["dW1"][2, 3]
    assert reasons["numerical"] == pytest.approx(net.numerical_gradients([[0.5, -1.0, 2.0]], [1])["W1"][2, 3], rel=1e-4)
    forward = ask(session, "why", trace=made, address="Z1[0,0]")
    assert sum(value for _, value in forward["terms"]) == pytest.approx(float(trace["Z1"][0, 0]), rel=1e-5)


def test_of_many_terms_the_rest_is_summed(session):
    made = ask(session, "trace", model="lecture", digit=17)["trace"]
    reasons = ask(session, "why", trace=made, address="Z2[0,7]")
    shown = sum(value for _, value in reasons["terms"])
    assert (len(reasons["terms"]), reasons["count"], reasons["rest_count"]) == (12, 51, 39)
    assert shown + reasons["rest"] == pytest.approx(reasons["value"], rel=1e-5)


def test_a_digit_of_mnist_goes_through_as_prediction_takes_it(session):
    answer = ask(session, "trace", model="lecture", digit=17)
    (_, _), (x, t) = gn.load_mnist()
    assert answer["label"] == t[17]
    network = open_packaged("lecture")
    part = ask(session, "window", trace=answer["trace"], name="A2")
    np.testing.assert_allclose(part["values"], network.predict(x[17:18]), rtol=1e-5)
    picture = ask(session, "window", trace=answer["trace"], name="X")["picture"]
    np.testing.assert_array_equal(picture.ravel(), x[17])


def test_a_window_stays_within_the_array(session):
    made = ask(session, "trace", model="lecture", digit=0)["trace"]
    part = ask(session, "window", trace=made, name="W1", row=5000, column=45, rows=10, columns=8, unit=3)
    assert (part["row"], part["column"], part["values"].shape) == (774, 42, (10, 8))
    w = open_packaged("lecture").parameters["W1"]
    np.testing.assert_array_equal(part["values"], w[774:, 42:])
    np.testing.assert_array_equal(part["picture"].ravel(), w[:, 3])


def test_maxout_has_pieces(session):
    name = session.room(OpenModels).add(gn.Network([gn.Maxout(3, 2, pieces=4)], loss="mean_squared_error"), "m")
    made = ask(session, "trace", model=name, numbers="1 2 3")["trace"]
    part = ask(session, "window", trace=made, name="W1", piece=9)
    assert (part["pieces"], part["piece"]) == (4, 3)
    np.testing.assert_array_equal(part["values"], session.room(OpenModels).network(name).parameters["W1"][3])


def test_a_row_of_a_table_is_standardised_as_the_model_was_trained(session):
    net = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error")
    net.preprocessing = Preprocessing("table", mean=(1.0, 10.0), std=(2.0, 5.0)).to_dict()
    made = ask(session, "trace", model=session.room(OpenModels).add(net, "t"), numbers="3, 20")["trace"]
    np.testing.assert_allclose(ask(session, "window", trace=made, name="X")["values"], [[1.0, 2.0]])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"numbers": "1, 2"}, "models-wrong-count"),
        ({"numbers": "1, 2, x"}, "models-no-number"),
        ({"numbers": "1, 2, 3", "target": "2"}, "models-no-class"),
        ({"numbers": "1, 2, 3", "target": "0.5"}, "models-no-class"),
        ({"digit": 3}, "models-no-pictures"),
    ],
)
def test_what_cannot_be_traced_is_refused_in_words(session, net, content, code):
    name = session.room(OpenModels).add(net, "net")
    with pytest.raises(RefusedError) as refusal:
        ask(session, "trace", model=name, **content)
    assert refusal.value.code == code


@pytest.mark.parametrize("address", ["W1[0,0]", "Z1[9,9]", "Z9[0,0]", "nonsense", "Z1"])
def test_an_address_of_no_number_is_refused(session, net, address):
    name = session.room(OpenModels).add(net, "net")
    made = ask(session, "trace", model=name, numbers="1 2 3")["trace"]
    with pytest.raises(RefusedError) as refusal:
        ask(session, "why", trace=made, address=address)
    assert refusal.value.code == "trace-address"


def _changed(path, old, new):
    return np.frombuffer(path.read_bytes().replace(old, new), np.uint8)


def hostile(folder):
    """Files that are not what they say, and the page's word for each."""
    net = gn.Network([gn.Dense(2, 1)], loss="mean_squared_error")
    model = net.save(folder / "m.safetensors")
    trace = net.trace([[1.0, 2.0]]).save(folder / "t.json")
    from safetensors.numpy import save

    yield "x.safetensors", np.frombuffer(b"not at all", np.uint8), "file-damaged"
    yield "x.safetensors", np.zeros(0, np.uint8), "file-damaged"
    yield "x.safetensors", bytes_of(model)[:-3], "file-damaged"
    yield "x.safetensors", np.frombuffer(save({"w": np.ones(3)}), np.uint8), "file-foreign"
    yield "x.safetensors", _changed(model, b'\\"format\\": 1', b'\\"format\\": 9'), "file-newer"
    yield "x.safetensors", _changed(model, b"Dense", b"Sense"), "file-unreadable"
    yield "x.json", np.frombuffer(b"[" * 100_000, np.uint8), "file-no-trace"
    yield "x.json", np.frombuffer(b"{}", np.uint8), "file-no-trace"
    numbers = json.loads(trace.read_text())
    numbers["numbers"]["X"][0] = 7.0
    yield "x.json", np.frombuffer(json.dumps(numbers).encode(), np.uint8), "file-changed"
    yield "x.pkl", np.frombuffer(b"cos\nsystem\n(S'echo'\ntR.", np.uint8), "file-ending"
    yield "x", bytes_of(model), "file-ending"


def test_hostile_files_are_refused_in_one_sentence_and_leave_nothing_behind(session, tmp_path, monkeypatch):
    place = tmp_path / "private"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    for name, content, code in hostile(tmp_path):
        with pytest.raises(RefusedError) as refusal:
            ask(session, "open", file=content, name=name)
        assert refusal.value.code == code, (name, str(refusal.value))
        assert str(place) not in str(refusal.value)
        assert "Traceback" not in str(refusal.value)
    assert list(place.iterdir()) == []


def test_only_so_many_traces_are_kept(session, net):
    from glassnet.playground.traces import MOST_TRACES, OpenTraces

    room = session.room(OpenTraces)
    for _ in range(MOST_TRACES):
        room.add(net.trace([[1.0, 2.0, 3.0]]), "one")
    with pytest.raises(RefusedError, match="Close one"):
        room.add(net.trace([[1.0, 2.0, 3.0]]), "one more")
    room.add(net.trace([[3.0, 2.0, 1.0]]), "in its place", name="trace-1")
    assert float(room.trace("trace-1")["X"][0, 0]) == 3.0


def test_the_packaged_models_can_be_uploaded(session):
    for path in sorted(FOLDER.glob("*.safetensors")):
        assert ask(session, "open", file=bytes_of(path), name=path.name)["kind"] == "model"
