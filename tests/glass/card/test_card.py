"""Model cards: what they say is what was measured and recorded, and what is not known is said to be so."""

import re

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing
from glassnet.glass.card.words import ENGLISH, KOREAN
from glassnet.glass.card.writing import wilson

RNG = np.random.default_rng(5)
T = np.arange(90) % 3
X = RNG.normal(size=(90, 2)) + 2.5 * np.array([[1, 0], [-1, 0], [0, 1]])[T]


@pytest.fixture(scope="module")
def trained():
    net = gn.Network([gn.Dense(2, 4), gn.Tanh(), gn.Dense(4, 3), gn.Softmax()], seed=3)
    net.fit(X, T, optimizer=gn.Adam(0.05), epochs=4, batch_size=30, executor="reference", verbose=0)
    return net


def section(text, title):
    return text.split(f"## {title}\n")[1].split("\n## ")[0]


def test_figures_are_those_of_the_network(trained):
    card = trained.card((X, T), name="three heaps")
    text, classes = str(card), trained.classify(X)
    assert text.startswith("# Model card: three heaps\n")
    assert f"**Accuracy**: {trained.accuracy(X, T):.2%}" in text
    assert f"**Loss (categorical_cross_entropy)**: {trained.loss(X, T):.4g}" in text
    assert card.measured.counts.tolist() == gn.metrics.confusion_counts(T, classes).tolist()
    error = gn.metrics.expected_calibration_error(T, trained.predict(X))
    assert f"Expected calibration error {error:.3f}" in text
    recall = gn.metrics.precision_recall(T, classes).recall
    assert f"It finds {recall.argmin()} least: {recall.min():.2%} of 30." in text
    assert "90 samples that were given; whether it was trained on some is not known" in text


def test_the_training_is_told_from_what_is_recorded(trained):
    told = section(str(trained.card()), "Training")
    for line in ["**Batch size**: 30", "**Epochs**: 4", "**Steps**: 12", "**Seed**: 3", "Adam(learning_rate=0.05"]:
        assert line in told
    assert "Nothing is recorded of a training" in str(gn.Network([gn.Dense(2, 2), gn.Softmax()]).card())
    calm = trained.calibrate(X, T)
    assert f"**Calibrated by temperature**: {calm.metadata['temperature']:.4g}" in str(calm.card())


def test_what_is_not_known_is_said(trained):
    text = str(trained.card())
    assert "Not measured for this card" in text
    assert "%" not in section(text, "How well it does")
    for fact in ("Trained on", "How many samples", "Licence of the data"):
        assert f"**{fact}**: not recorded" in text
    text = str(trained.card(licence="CC0"))
    assert "**Licence of the data**: CC0" in text


@pytest.mark.parametrize("split", ["test", "all"])
def test_a_data_set_goes_through_the_preprocessing(split, trained):
    tests = {"x_test": X[60:], "t_test": T[60:]} if split == "test" else {}
    data = gn.Dataset(X[:60], T[:60], **tests, class_names=("oak", "ash", "elm|x"), source="trees.csv")
    preprocessing = Preprocessing("table", data.class_names, mean=(1.0, 0.0), std=(2.0, 1.0))
    trained.preprocessing = preprocessing.to_dict()
    try:
        text = str(trained.card(data))
        card = trained.card(data)
    finally:
        trained.preprocessing = {}
    rows = X[60:] if split == "test" else X[:60]
    assert card.measured.accuracy == trained.accuracy(preprocessing(rows), T[: len(rows)])
    assert ("the 30 test samples of trees.csv" if split == "test" else "all 60 samples of trees.csv") in text
    assert "elm\\|x" in text  # in a table
    if split == "test":
        assert "Fewer than 30 samples were measured of oak, ash, elm" in text


HOSTILE = (
    "x\n\n# Forged\r\n- **Accuracy**: 99.99%\u2028> a | b <script>alert(1)</script> [here](javascript:alert(1)) "
    "![p](//a.b/c.png) `c` &lt; <https://a.b> https://a.b www.a.b ~~d~~ $\\href{e}{f}$ \\ \u202egnihton"
)


def hostile_network():
    net = gn.Network([gn.Dense(2, 3), gn.Softmax()])
    settings = dict.fromkeys(["optimizer", "batch_size", "epochs", "steps", "seed", "stopped"], HOSTILE)
    figures = {HOSTILE: 0.5, "loss": HOSTILE}
    net.metadata = {
        "data": HOSTILE, "recipe": HOSTILE, "temperature": HOSTILE, "test_accuracy": HOSTILE, "test_loss": 0.25,
        "training": {**settings, "last_epoch": figures, "best": figures},
    }  # fmt: skip
    net.preprocessing = Preprocessing("table", (HOSTILE, "oak", HOSTILE), mean=(0.0,) * 2, std=(1.0,) * 2).to_dict()
    return net


@pytest.mark.parametrize("language", ["en", "ko"])
def test_texts_of_a_file_stay_texts(language):
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    net, harmless = hostile_network(), hostile_network()
    harmless.metadata = {name: "word" for name in net.metadata if name != "training"} | {"training": {}}
    harmless.preprocessing["class_names"] = ["ash", "oak", "elm"]
    parser = markdown_it.MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

    def kinds(of, **given):
        tokens = parser.parse(str(of.card((X, T), language=language, **given)))
        inline = {child.type for token in tokens for child in token.children or ()}
        return [token.type for token in tokens if not token.type.startswith(("list", "paragraph", "inline"))], inline

    blocks, inline = kinds(net, name=HOSTILE, licence=HOSTILE)
    assert blocks == kinds(harmless)[0]
    assert inline <= {"text", "text_special", "strong_open", "strong_close", "softbreak", "code_inline"}
    text = str(net.card(name=HOSTILE, licence=HOSTILE, language=language))
    assert not re.search(r"(?<!\\)[<>\[$~]|\\w://|www\.|\u202e", text)
    assert not re.search(r"^\W*(Forged|Accuracy)", text, re.MULTILINE)


def test_numbers_of_a_file_are_numbers_or_not_told():
    text = str(hostile_network().card())
    told = section(text, "Training")
    for name in ("Batch size", "Epochs", "Steps", "Seed", "Calibrated by temperature"):
        assert f"- **{name}**: not recorded\n" in told + "\n"
    assert told.count(" 0.5") == 2  # of last_epoch and best, under their hostile name
    assert "not repeated here: test_loss 0.25." in text
    assert "test_accuracy" not in text


def test_korean_says_the_same(trained):
    english, korean = (trained.card((X, T), language=language) for language in ("en", "ko"))
    numbers = [re.findall(r"\d+\.\d+%?", str(card).split("\n", 4)[-1]) for card in (english, korean)]
    assert numbers[0] == numbers[1]
    assert "## 성능" in str(korean)
    assert "## " + ENGLISH["limits"] not in str(korean)


def test_the_two_languages_have_the_same_words_and_fields():
    assert ENGLISH.keys() == KOREAN.keys()
    for key, text in ENGLISH.items():
        fields = [sorted(re.findall(r"{(\w*)[^}]*}", of)) for of in (text, KOREAN[key])]
        assert fields[0] == fields[1], key
        assert text.count(" | ") == KOREAN[key].count(" | ")


def test_other_kinds_of_networks():
    binary = gn.Network([gn.Dense(2, 1), gn.Sigmoid()])
    card = binary.card((X, T > 0))
    assert card.measured.counts.shape == (2, 2)
    assert card.measured.counts.sum() == 90
    regression = gn.Network([gn.Dense(2, 2)], loss="mean_squared_error")
    errors = regression.predict(X) - X
    card = regression.card((X, X))
    assert card.measured.errors["mean_squared_error"] == pytest.approx(np.mean(errors**2), rel=1e-5)
    assert card.measured.errors["r2"] == pytest.approx(
        1 - np.sum(errors**2) / np.sum((X - X.mean(axis=0)) ** 2), rel=1e-4
    )
    assert "Confusion" not in str(card)
    many = gn.Network([gn.Dense(2, 30), gn.Softmax()])
    card = many.card((X, T))
    assert "The most frequent mistakes of 30 classes" in str(card)
    assert card.measured.top == gn.metrics.top_k_accuracy(T, many.predict(X), 5)
    assert "No sample was measured of 3, 4, 5" in str(card)
    diverged = gn.Network([gn.Dense(2, 3), gn.Softmax()])
    diverged.parameters["W1"][:] = np.nan
    assert "Its outputs are no probabilities" in str(diverged.card((X, T)))


def test_it_is_saved_and_shown(tmp_path, trained):
    card = trained.card()
    assert card.save(tmp_path / "CARD.md").read_text(encoding="utf-8") == str(card) == card._repr_markdown_()


def test_wilson_holds_the_share():
    for share, count in [(0.0, 5), (1.0, 5), (0.5, 1), (0.98, 10_000)]:
        low, high = wilson(share, count)
        assert 0 <= low <= share <= high <= 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"data": 3}, r"data must be a gn.Dataset or \(x, t\), got 3"),
        ({"data": (X[:0], T[:0])}, "at least one sample"),
        ({"data": (X[:, :1], T)}, "x must have the shape"),
        ({"language": "de"}, "language must be one of"),
        ({"name": 3}, "name must be a text"),
    ],
)
def test_what_cannot_be_is_said_to_the_user(arguments, words, trained):
    with pytest.raises(gn.GlassnetError, match=words):
        trained.card(**arguments)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_labels_that_do_not_exclude_each_other_are_measured_one_by_one(language):
    sklearn_metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn counts beside us")
    rng = np.random.default_rng(8)
    x = rng.normal(size=(60, 2))
    t = (x + rng.normal(scale=0.3, size=x.shape) > 0).astype(int)
    net = gn.Network([gn.Dense(2, 2, init=([[9.0, 0.0], [0.0, 9.0]], [0.0, 0.0])), gn.Sigmoid()])
    answers = net.predict(x) >= 0.5
    card = net.card((x, t), language=language)
    measured, text = card.measured, str(card)
    assert measured.accuracy is measured.counts is measured.reliability is None
    assert measured.rows_right == pytest.approx(sklearn_metrics.accuracy_score(t, answers))
    assert measured.labels_right == pytest.approx(1 - sklearn_metrics.hamming_loss(t, answers))
    precision, recall, f1, support = sklearn_metrics.precision_recall_fscore_support(t, answers)
    assert measured.scores.precision == pytest.approx(precision)
    assert measured.scores.recall == pytest.approx(recall)
    assert measured.scores.f1 == pytest.approx(f1)
    assert measured.scores.support.tolist() == support.tolist()
    words = ENGLISH if language == "en" else KOREAN
    assert f"**{words['rows_right']}**: {measured.rows_right:.2%}" in text
    assert f"**{words['labels_right']}**: {measured.labels_right:.2%}" in text
    for absent in ("accuracy", "confusion", "calibration", "by_class", "limit_answer"):
        assert words[absent] not in text
    assert words["no_calibration"] not in text


def test_labels_of_which_none_is_there_have_a_card_too():
    net = gn.Network([gn.Dense(2, 2, init="zeros"), gn.Sigmoid()])
    card = net.card((X, np.zeros((90, 2))))
    assert card.measured.labels_right == card.measured.rows_right == 0.0  # ½ everywhere: both are answered
    assert "No sample was measured of 0, 1" in str(card)


def test_several_labels_of_a_network_whose_classes_exclude_each_other_have_no_card():
    with pytest.raises(gn.GlassnetError, match="must name one class each, got 2 ones in row 1"):
        gn.Network([gn.Dense(2, 2), gn.Softmax()]).card((X[:2], [[1, 0], [1, 1]]))
