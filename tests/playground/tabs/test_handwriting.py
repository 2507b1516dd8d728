"""What the tab "My handwriting" is answered: reading, export and import, and what a fine-tuning gains and forgets."""

import io
import zipfile

import numpy as np
import pytest

import glassnet as gn
from glassnet.mathematics.checks import DataError
from glassnet.playground import fine_tuning
from glassnet.playground.actions import action
from glassnet.playground.fine_tuning import FineTuning, Plan
from glassnet.playground.message import Message, RefusedError
from glassnet.playground.mnist_digits import mnist_test_digits, some_training_digits
from glassnet.playground.open_models import OpenModels
from glassnet.playground.own_digits import Answers, OwnDigits, compare
from glassnet.playground.packaged_models import open_packaged
from glassnet.playground.sessions import Session
from glassnet.playground.tabs import handwriting


def ask(session, name, /, **content):
    return action(f"handwriting.{name}")(session, Message(content))


@pytest.fixture
def session():
    return Session()


@pytest.fixture(scope="module")
def digits():
    """Thirty-six digits upside down, which no model reads well at first; every third is held out."""
    images, labels = some_training_digits(36, seed=4)
    turned = np.ascontiguousarray(images.reshape(-1, 28, 28)[:, ::-1]).reshape(-1, 784)
    held = (np.arange(36) % 3 == 2).astype(np.uint8)
    return {"images": turned, "labels": labels.astype(np.uint8), "held": held}


def teach(session, digits, **settings):
    ask(
        session,
        "start",
        **digits,
        **{"model": "small", "title": "small + my hand", "epochs": 4, "mixed": 30, **settings},
    )
    session.room(FineTuning).wait()
    return ask(session, "outcome")


def test_a_drawn_picture_becomes_a_digit_in_mnists_form(session):
    picture = np.full((140, 140), 255, np.uint8)
    picture[30:110, 66:76] = 0
    answer = ask(session, "read", picture=picture, model="large")
    np.testing.assert_array_equal(answer["image"], gn.digit_from_picture(picture).image)
    assert answer["answer"] == 1


def test_an_empty_picture_is_refused(session):
    with pytest.raises(RefusedError) as refusal:
        ask(session, "read", picture=np.full((140, 140), 255, np.uint8))
    assert refusal.value.code == "hand-no-digit"


def test_what_was_gained_and_forgotten_is_what_the_models_answer(session, digits):
    answer = teach(session, digits, rate=0.003)
    outcome = answer["outcome"]
    assert answer["news"] == {"phase": "done"}
    before, after = open_packaged("small"), session.room(OpenModels).network(outcome["model"])
    own, held = digits["images"] / np.float32(255), digits["held"].astype(bool)
    images, labels = mnist_test_digits()
    some = slice(0, 300)  # a few rows: no compiled engine for a check
    for network, when in ((before, "before"), (after, "after")):
        right = network.classify(own) == digits["labels"]
        np.testing.assert_array_equal(outcome["answers"][when], network.classify(own))
        np.testing.assert_array_equal(
            outcome["held"][when], [np.sum(right & held & (digits["labels"] == digit)) for digit in range(10)]
        )
        np.testing.assert_array_equal(
            outcome["taught"][when], [np.sum(right & ~held & (digits["labels"] == digit)) for digit in range(10)]
        )
        assert network.accuracy(images[some] / np.float32(255), labels[some]) == pytest.approx(
            sum(outcome["mnist"][when]) / 10_000, abs=0.1
        )
    assert sum(outcome["mnist"]["count"]) == 10_000
    assert sum(outcome["mnist"]["before"]) / 10_000 == pytest.approx(before.metadata["test_accuracy"])
    assert sum(outcome["mnist"]["after"]) / 10_000 == pytest.approx(after.metadata["test_accuracy"])
    assert sum(outcome["taught"]["after"]) > sum(outcome["taught"]["before"])
    np.testing.assert_array_equal(outcome["labels"], digits["labels"])
    (card,) = [own for own in session.room(OpenModels).list() if own["name"] == outcome["model"]]
    assert card["title"] == "small + my hand"


def test_the_model_it_began_with_stays_as_it_was(session, digits):
    began = {name: array.copy() for name, array in session.room(OpenModels).network("small").parameters.items()}
    teach(session, digits, epochs=1)
    for name, array in session.room(OpenModels).network("small").parameters.items():
        np.testing.assert_array_equal(array, began[name])


def test_held_out_digits_are_never_learned_from(session, digits):
    """Whatever the held-out images are, the model that comes out is the same."""
    other = {**digits, "images": digits["images"].copy()}
    other["images"][digits["held"] == 1] = 77
    first, second = (
        session.room(OpenModels).network(teach(session, own, epochs=2)["outcome"]["model"]) for own in (digits, other)
    )
    for name, array in first.parameters.items():
        np.testing.assert_array_equal(array, second.parameters[name])


def test_augmentation_makes_another_model_and_the_same_seed_the_same(session, digits):
    plain, bent, again = (
        session.room(OpenModels).network(teach(session, digits, epochs=1, augment=augment)["outcome"]["model"])
        for augment in (False, True, True)
    )
    assert not np.array_equal(plain.parameters["W1"], bent.parameters["W1"])
    np.testing.assert_array_equal(bent.parameters["W1"], again.parameters["W1"])


def test_the_page_hears_how_far_it_is(digits):
    session, heard = Session(), []
    session.attach(lambda event, content: heard.append(content) if event == "handwriting" else None)
    teach(session, digits, epochs=3)
    shares = [news["share"] for news in heard if news["phase"] == "running"]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [news["phase"] for news in heard if news["phase"] != "running"] == ["measuring", "done"]
    assert len(heard[-2]["losses"]) == 3


def test_it_can_be_cancelled_and_only_one_runs_at_a_time(session, digits):
    settings = {"model": "lecture", "title": "t", "epochs": 100, "mixed": 5000}
    ask(session, "start", **digits, **settings)
    with pytest.raises(RefusedError, match="under way"):
        ask(session, "start", **digits, **settings)
    ask(session, "cancel")
    session.room(FineTuning).wait()
    assert ask(session, "outcome") == {"news": {"phase": "cancelled"}, "outcome": None}
    assert len(session.room(OpenModels).list()) == 3


def test_it_ends_when_its_page_has_been_away_for_long(session, digits, monkeypatch):
    monkeypatch.setattr(fine_tuning, "LONGEST_ALONE", 0.2)
    session.attach(lambda *_: None)
    session.attach(None)
    ask(session, "start", **digits, model="lecture", title="t", epochs=100, mixed=5000)
    tuning = session.room(FineTuning)
    tuning.wait(30)
    assert tuning.news == {"phase": "left"}
    assert tuning.outcome is None


def test_measuring_can_be_ended_in_between(session, digits):
    network = session.room(OpenModels).network("lecture")
    own = OwnDigits(np.asarray(digits["images"]), np.asarray(digits["labels"]), np.asarray(digits["held"], bool))
    calls = []

    def go_on():
        calls.append(None)
        if len(calls) == 4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        Answers.of(network, own, go_on)
    assert len(calls) == 4


def test_a_closed_session_ends_its_training(session, digits):
    ask(session, "start", **digits, model="lecture", title="t", epochs=100, mixed=5000)
    tuning = session.room(FineTuning)
    session.close()
    tuning.wait()
    assert tuning.news["phase"] == "cancelled"


def test_a_rate_that_is_too_large_is_said_in_words(session):
    net = gn.Network([gn.Dense(784, 10, init="zeros"), gn.Softmax()])
    net.parameters["W1"][...] = np.float32(3e38)
    name = session.room(OpenModels).add(net, "wild")
    own = OwnDigits(np.full((12, 784), 255, np.uint8), np.arange(12) % 10, np.arange(12) % 3 == 2)
    with np.errstate(all="ignore"):
        session.room(FineTuning).start(Plan(name, "t", 2, 1.0, 0, augment=False, seed=0), own)
        session.room(FineTuning).wait()
    news = ask(session, "outcome")["news"]
    assert (news["phase"], news["code"]) == ("failed", "hand-diverged")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"held": np.zeros(36, np.uint8)}, "hand-too-few"),
        ({"images": np.zeros((3, 784), np.uint8), "labels": np.zeros(3, np.uint8), "held": np.ones(3, np.uint8)},
         "hand-too-few"),
        ({"model": "nobody"}, "no-model"),
    ],
)  # fmt: skip
def test_what_cannot_be_taught_is_refused(session, digits, change, code):
    with pytest.raises(RefusedError) as refusal:
        ask(session, "start", **{**digits, "model": "small", "title": "t", **change})
    assert refusal.value.code == code


def test_a_model_of_numbers_cannot_be_taught(session, digits):
    name = session.room(OpenModels).add(gn.Network([gn.Dense(2, 2), gn.Softmax()]), "two")
    with pytest.raises(RefusedError) as refusal:
        ask(session, "start", **digits, model=name, title="t")
    assert refusal.value.code == "hand-no-digits"


@pytest.mark.parametrize("change", [{"labels": np.full(36, 11, np.uint8)}, {"images": np.zeros((36, 9), np.uint8)}])
def test_digits_that_are_none_are_refused(session, digits, change):
    with pytest.raises(DataError):
        ask(session, "export", **{**digits, **change})


def test_an_export_is_read_by_the_library_and_by_import(session, digits, tmp_path):
    path = tmp_path / "mine.npz"
    path.write_bytes(ask(session, "export", **digits)["file"].tobytes())
    data, held = gn.read_npz(path), digits["held"].astype(bool)
    np.testing.assert_array_equal(data.x_train, digits["images"][~held])
    np.testing.assert_array_equal(data.t_test, digits["labels"][held])
    assert data.image_shape == (28, 28)
    back = ask(session, "import", file=np.frombuffer(path.read_bytes(), np.uint8), name="mine.npz")
    order = np.argsort(held, kind="stable")
    for name in ("images", "labels", "held"):
        np.testing.assert_array_equal(back[name], digits[name][order])


def test_the_command_line_trains_on_an_export(session, digits, tmp_path, capsys):
    from glassnet.cli.main import main

    path = tmp_path / "mine.npz"
    path.write_bytes(ask(session, "export", **digits)["file"].tobytes())
    code = main(["train", "--data", str(path), "--epochs", "1", "--hidden", "8", "--out", str(tmp_path / "out")])
    assert code == 0, capsys.readouterr()
    assert gn.load(tmp_path / "out" / "model.safetensors").n_in == 784


def archive(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return np.frombuffer(stream.getvalue(), np.uint8)


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("x.npy", b"\0" * (handwriting.MOST_UNPACKED + 1))
    return np.frombuffer(stream.getvalue(), np.uint8)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lambda: np.frombuffer(b"PK no zip", np.uint8), "file-unreadable"),
        (bomb, "file-unreadable"),
        (lambda: archive(x=np.array([{}], object), t=np.zeros(1, int)), "file-unreadable"),
        (lambda: archive(x=np.zeros((2, 5), np.uint8), t=np.zeros(2, int)), "hand-no-digits-in-file"),
        (lambda: archive(x=np.zeros((2, 784)), t=np.zeros(2, int)), "hand-no-digits-in-file"),
        (lambda: archive(x=np.zeros((2, 784), np.uint8), t=np.array([3, 12])), "hand-no-digits-in-file"),
        (lambda: archive(x=np.zeros((1001, 784), np.uint8), t=np.zeros(1001, int)), "hand-too-many"),
    ],
)
def test_hostile_archives_are_refused(session, content, code):
    with pytest.raises(RefusedError) as refusal:
        ask(session, "import", file=content(), name="x.npz")
    assert refusal.value.code == code


def test_counts_by_digit_are_those_of_a_small_case():
    true = mnist_test_digits()[1]
    own = OwnDigits(np.zeros((3, 784), np.uint8), np.array([3, 3, 7]), np.array([True, False, True]))

    class Answered:
        def __init__(self, own, mnist):
            self.own, self.mnist = np.array(own), mnist

    counted = compare(Answered([3, 1, 1], true), Answered([5, 3, 7], np.zeros_like(true)), own)
    assert (counted["held"]["before"][3], counted["held"]["after"][3], counted["held"]["after"][7]) == (1, 0, 1)
    assert (counted["taught"]["before"][3], counted["taught"]["after"][3]) == (0, 1)
    assert sum(counted["mnist"]["before"]) == 10_000
    assert counted["mnist"]["after"] == [int((true == 0).sum()), *[0] * 9]
