import copy
from dataclasses import replace

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.preprocessing import Preprocessing
from glassnet.data.scaling import Scaling
from glassnet.glass.refusal import packaged
from glassnet.glass.refusal.fitting import choose_limits
from glassnet.mathematics.checks import ArgumentError, DataError, ShapeError

RNG = np.random.default_rng(8)


def refused(network, pictures):
    return float((network.classify(np.asarray(pictures, dtype=np.float32), refuse=True) == -1).mean())


def test_digits_are_not_refused(network, digits):
    _, (x_test, _) = digits
    assert refused(network, x_test[:4_000]) < 0.02
    slightly = gn.Augmentation(rotation=8, shift=0.5, scale=0.1, shear=0.15, elastic=0.3, thickness=0.4)
    assert refused(network, slightly(x_test[:2_000], RNG)) < 0.05


@pytest.mark.parametrize(
    "pictures",
    [
        RNG.random((200, 784)),
        np.clip(RNG.normal(0.13, 0.31, (200, 784)), 0, 1),
        RNG.random((200, 784)) < 0.1,
        np.repeat(np.linspace(0, 1, 9)[:, None], 784, axis=1),
        np.eye(784)[::10],
    ],
    ids=["even noise", "normal noise", "white specks", "blanks", "one pixel"],
)
def test_noise_and_blanks_are_refused(network, pictures):
    assert refused(network, pictures) > 0.99


def test_letters_in_an_unseen_face_are_refused(network, unseen_letters):
    assert refused(network, unseen_letters) > 0.75


def test_spoilt_digits_are_refused(network, digits):
    _, (x_test, _) = digits
    assert refused(network, 1 - x_test[:300]) > 0.99  # dark on light
    assert refused(network, RNG.permuted(x_test[:300], axis=1)) > 0.99


def test_nan_is_refused(network, digits):
    picture = digits[1][0][:1].copy()
    picture[0, 400] = np.nan
    with np.errstate(all="ignore"):
        assert network.judge(picture)[0].reason == "not-finite"


def test_fewer_than_the_share_of_the_held_out_digits_are_refused(network):
    detector = network.refusal
    assert detector.held_out == 1_250
    assert 0 < detector.refused <= 0.0065 * 1_250
    assert detector.far <= 0.001 * 1_250


def test_limits_keep_to_the_share():
    rng = np.random.default_rng(3)
    distance, log_odds, ink = rng.random((3, 10_000))
    limits = choose_limits(ink, distance, log_odds, share=0.01)
    assert ((distance > limits.distance) | (log_odds > limits.log_odds)).sum() == 100 - 10
    assert (distance > limits.distance).sum() == 10
    assert limits.least_ink == pytest.approx(ink.min() / 2)
    assert limits.most_ink == pytest.approx(1.25 * ink.max())


def test_it_answers_as_before_unless_asked(network, digits):
    x = digits[1][0][:300]
    plain = network.classify(x)
    assert np.array_equal(plain, network.predict(x).argmax(axis=1))
    refusing = network.classify(x, refuse=True)
    assert np.array_equal(refusing[refusing >= 0], plain[refusing >= 0])


def test_judge_agrees_with_classify(network, digits, unseen_letters):
    x = np.concatenate([digits[1][0][:50], unseen_letters]).astype(np.float32)
    verdicts = network.judge(x)
    assert [-1 if verdict.digit is None else verdict.digit for verdict in verdicts] == list(
        network.classify(x, refuse=True)
    )
    assert [verdict.answer for verdict in verdicts] == list(network.classify(x))
    assert [verdict.probability for verdict in verdicts] == pytest.approx(network.predict(x).max(axis=1).tolist())


def test_the_nearest_digit_is_mostly_the_right_one(network, digits):
    _, (x_test, t_test) = digits
    assert (network.refusal.measure(x_test[:1_000]).nearest == t_test[:1_000]).mean() > 0.9


def test_an_input_scaled_otherwise_is_judged_alike(network, digits, unseen_letters):
    x = np.concatenate([digits[1][0][:300], unseen_letters]).astype(np.float32)
    scaled = replace(network.refusal, black=0.01, span=0.99)
    assert np.array_equal(scaled.reasons(0.99 * x + 0.01), network.refusal.reasons(x))


@pytest.mark.slow
def test_the_network_is_not_changed_and_the_same_seed_gives_the_same(digits):
    (x, t), _ = digits
    net = gn.Network([gn.Dense(784, 10), gn.Softmax()], seed=4)
    before = {name: array.copy() for name, array in net.parameters.items()}
    first = net.fit_refusal(x[:1_000], t[:1_000], executor="reference")
    second = net.fit_refusal(
        (255 * x[:1_000]).round().astype(np.uint8), gn.one_hot(t[:1_000], 10), scaling="unit", executor="reference"
    )
    assert all(np.array_equal(before[name], array) for name, array in net.parameters.items())
    assert all(np.array_equal(array, second.arrays()[name]) for name, array in first.arrays().items())
    assert first.limits == second.limits


def test_a_copy_of_a_network_refuses_too(network, digits):
    x = digits[1][0][:20]
    assert np.array_equal(copy.deepcopy(network).classify(0 * x, refuse=True), np.full(20, -1))


def test_no_row_gives_no_verdict(network):
    assert network.judge(np.zeros((0, 784))) == []
    assert network.classify(np.zeros((0, 784)), refuse=True).shape == (0,)


def test_it_says_what_it_cannot_do(digits):
    (x, t), _ = digits
    for layers in ([gn.Dense(784, 9), gn.Softmax()], [gn.Dense(784, 10)], [gn.Dense(9, 10), gn.Softmax()]):
        other = gn.Network(layers)
        assert not other.can_refuse
        with pytest.raises(DataError, match="does not read digits"):
            other.judge(np.zeros((1, other.n_in)))
    net = gn.Network([gn.Dense(784, 10), gn.Softmax()])
    with pytest.raises(DataError, match="at least 1,000 digits, got 300"):
        net.fit_refusal(x[:300], t[:300])
    with pytest.raises(DataError, match="at least 24 of each digit, got 0 of 7"):
        net.fit_refusal(x[:2_000][t[:2_000] != 7], t[:2_000][t[:2_000] != 7])
    with pytest.raises(DataError, match=r"not all alike, got values from 0\.0 to 0\.0"):
        net.fit_refusal(0 * x[:1_000], t[:1_000])
    with pytest.raises(ArgumentError, match=r"share must be .*, got 0.7"):
        net.fit_refusal(x[:1_000], t[:1_000], share=0.7)
    for layers in ([gn.Dense(196, 10), gn.Softmax()], [gn.Dense(784, 26), gn.Softmax()], [gn.Dense(784, 10)]):
        with pytest.raises(ArgumentError, match="28 × 28 pixels and have 10 classes"):
            gn.Network(layers).fit_refusal(x, t)


def test_what_does_not_fit_is_an_error(network):
    for call in (network.judge, network.refusal.measure):
        with pytest.raises(ShapeError, match="784"):
            call(np.zeros((3, 100)))
    with pytest.raises(ArgumentError, match="language"):
        network.judge(np.zeros((1, 784)), language="fr")


def test_a_network_that_has_learnt_nothing_of_it_refuses_by_what_comes_with_glassnet(digits):
    _, (x, _) = digits
    net = gn.Network([gn.Dense(784, 10), gn.Softmax()])
    assert net.refusal is None
    assert refused(net, x) < 0.012
    noise = np.random.default_rng(0).random((200, 784))
    assert refused(net, noise) == 1
    # A network that is fed otherwise, here from -1 to 1, says so in its preprocessing.
    net.preprocessing = Preprocessing("digit", scaling=Scaling(127.5, 1.0, -1.0)).to_dict()
    assert refused(net, 2 * x - 1) < 0.012
    # Ten classes of something else are none of its business.
    net.preprocessing = Preprocessing("digit", tuple("abcdefghij")).to_dict()
    assert not net.can_refuse
    net.preprocessing = Preprocessing("image").to_dict()
    assert not net.can_refuse


@pytest.mark.slow
def test_the_packaged_detector_is_what_its_command_makes(tmp_path, monkeypatch, digits):
    """Of all test digits at most 1% are refused; made anew it agrees with the packaged one, on any machine, nearly."""
    x = digits[1][0]
    told = gn.Network([gn.Dense(784, 10), gn.Softmax()]).classify(x, refuse=True) < 0
    assert told.mean() <= 0.01
    monkeypatch.setattr(packaged, "FILE", tmp_path / "digits.safetensors")
    assert (packaged.build().refuses(x) == told).mean() > 0.99
