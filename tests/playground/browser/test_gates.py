"""The tab Gates, used as a person would: sliders, circuits, Rosenblatt's rule, a network that learns."""

import numpy as np
import pytest
from playwright.sync_api import expect

import glassnet as gn

X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_perceptron_by_keyboard_and_the_link(open_page):
    with open_page("desktop", "en", "gates") as page:
        hint = page.locator("#gates-hint")
        expect(hint).to_contain_text("2 of 4 rows are right. Wrong: (0, 1), (1, 0).")
        slider = page.locator(".slider-row input[type=range]").nth(2)
        slider.focus()
        for _ in range(10):  # θ from 0.5 to 1
            slider.press("ArrowRight")
        expect(hint).to_contain_text("one of infinitely many")
        assert page.locator(".gate-plane .point.one").first.is_visible()
        page.click("#gates-form-bias")
        expect(page.locator("#gates-rule")).to_have_text("y = 1 ⇔ 1·x₁ + 1·x₂ − 1 > 0")
        assert "bias=-1" in page.evaluate("location.hash")
        page.reload()
        expect(page.locator("#gates-third")).to_have_value("-1")
        page.select_option("#gates-gate", "OR")
        expect(hint).to_contain_text("A row gives 0 and should give 1")
        page.click("#gates-solution")
        expect(hint).to_contain_text("one of infinitely many")


def test_xor_takes_two_layers(open_page):
    with open_page("phone", "ko", "gates?gate=XOR") as page:
        expect(page.locator("#gates-hint")).to_contain_text("최대 세 줄까지만")
        assert fits(page)
        page.click("#gates-to-combine")
        expect(page.locator("#gates-combine-hint")).to_contain_text("네 줄 가운데")
        page.select_option("#gates-first", "NAND")
        expect(page.locator("#gates-combine-hint")).to_contain_text("XOR이 되었습니다")
        page.click("#gates-combine-table [data-row='3']")
        expect(page.locator("#panel-gates .gate-circuit >> nth=0")).to_have_attribute(
            "aria-label", "회로 AND(NAND(x1, x2), OR(x1, x2)): x₁ = 1, x₂ = 1, h₁ = 0, h₂ = 1, y = 0"
        )
        assert "row=3" in page.evaluate("location.hash")
        assert fits(page)


@pytest.mark.slow
def test_rosenblatts_rule_converges_for_and_and_goes_round_for_xor(open_page):
    with open_page("desktop", "en", "gates?part=rule&gate=AND") as page:
        page.click("#gates-next")
        expect(page.locator("#gates-step")).to_contain_text("w·x + b = 0 ≤ 0, so y = 0")
        page.click("#gates-end")
        report = gn.Perceptron([0, 0], bias=0).fit(X, [0, 0, 0, 1])
        expect(page.locator("#gates-verdict")).to_contain_text(f"Epoch {report.epochs} made no mistake")
        page.select_option("#gates-rule-gate", "XOR")
        page.click("#gates-end")
        expect(page.locator("#gates-verdict")).to_contain_text("goes round for ever, with period 1")
        assert page.locator(".epochs tr.again").count() == 2
        words = page.inner_text("#gates-step")
        for _ in range(4):
            page.click("#gates-next")
        expect(page.locator("#gates-place")).to_have_text("Epoch 4, sample 4/4 (step 16)")
        assert page.inner_text("#gates-step") == words


@pytest.mark.slow
def test_a_network_learns_xor_as_the_library_does(open_page):
    with open_page("phone", "en", "gates?part=network&seed=2") as page:
        expect(page.locator("#gates-net-place")).to_contain_text("step 0")
        page.click("#gates-go-1")
        expect(page.locator("#gates-net-place")).to_contain_text("step 1,")
        page.click("#gates-go-100")
        expect(page.locator("#gates-net-place")).to_contain_text("step 101,")
        network = gn.Network(
            [gn.Dense(2, 2), gn.Tanh(), gn.Dense(2, 1), gn.Sigmoid()],
            loss="binary_cross_entropy",
            seed=2,
            dtype="float64",
        )
        network.fit(
            X,
            [0, 1, 1, 0],
            optimizer=gn.SGD(1.0),
            epochs=101,
            batch_size="full",
            shuffle=False,
            executor="reference",
            verbose=0,
        )
        loss = f"{network.loss(X, [0, 1, 1, 0]):.4g}"
        expect(page.locator("#gates-net-place")).to_contain_text(f"loss {loss}")
        p = f"{network.predict(X)[1, 0]:.4g}"
        expect(page.locator("#gates-net-table tbody tr").nth(1)).to_contain_text(p)
        assert fits(page)
        page.reload()
        expect(page.locator("#gates-net-place")).to_contain_text(f"step 101, loss {loss}")


@pytest.mark.slow
def test_the_language_and_rubbish_in_a_link(open_page):
    for part in ("one", "combine", "rule", "network"):
        link = f"gates?part={part}&gate=__proto__&w1=1e99&bias=x&row=9&step=-1&rate=NaN&seed=1e9&steps=x&first=XOR"
        with open_page("phone", "en", link) as page:
            expect(page.locator(".gate-plane[role=img]:visible").first).to_be_visible()
            page.click("#language")
            keys = page.evaluate("""() => [...document.querySelectorAll("#panel-gates [data-text]")]
                .filter(own => own.textContent === own.dataset.text).map(own => own.dataset.text)""")
            assert keys == []
            assert fits(page)
