"""The tab Graph, used as a person would: steps, a dearer apple, an own formula with a mistake, a picture to keep."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

import glassnet as gn


def shown(page, role):
    """The numbers that stand at the lines of the drawing, those hidden left out."""
    return page.evaluate(
        """role => [...document.querySelectorAll(`.graph-figure .edge > .${role} text`)]
            .filter(own => getComputedStyle(own).visibility === "visible").map(own => own.textContent)""",
        role,
    )


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_step_by_step_by_keyboard_and_by_buttons(open_page):
    with open_page("desktop", "en", "graph") as page:
        expect(page.locator("#graph-place")).to_have_text("Backward 2/2")
        assert sorted(shown(page, "derivative")) == sorted(["1", "1.1", "200", "2.2", "110"])
        page.focus(".graph-figure")
        page.keyboard.press("Home")
        assert (shown(page, "value"), shown(page, "derivative")) == (["100", "2", "1.1"], [])
        page.keyboard.press("ArrowRight")
        expect(page.locator("#graph-words")).to_contain_text("apple × number = 100 × 2 = 200")
        assert "200" in shown(page, "value")
        described = page.inner_text("#graph-description")
        assert described == "apple = 100. number = 2. step 1: apple × number = 200. tax = 1.1. step 2: step 1 × tax."
        for _ in range(3):
            page.click("#graph-next")
        rows = page.locator("#graph-words tbody tr")
        assert re.split(r"\s+", rows.nth(0).inner_text())[:6] == ["step", "1", "1", "×", "1.1", "="]
        assert sorted(shown(page, "derivative")) == ["1", "1.1", "200"]
        page.click(".graph-figure .node.operation >> nth=0")
        expect(page.locator("#graph-place")).to_have_text("Backward 2/2")
        page.keyboard.press("ArrowLeft")
        assert "step=4" in page.evaluate("location.hash")


def test_a_change_flows_through_and_the_link_keeps_it(open_page):
    with open_page("phone", "ko", "graph") as page:
        field = page.locator(".graph-inputs input[type=number]").first
        field.fill("101")
        expect(page.locator("#graph-change")).to_contain_text("결과: 220 → 222.2 (변화 2.2)")
        assert "222.2" in shown(page, "value")
        box = page.locator(".graph-figure .node.input").first.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 40, y, steps=4)  # ten steps of 1
        page.mouse.up()
        expect(field).to_have_value("111")
        expect(page.locator("#graph-change")).to_contain_text("220 → 244.2")
        assert fits(page)
        page.reload()
        expect(page.locator("#graph-change")).to_contain_text("220 → 244.2")
        page.click("#graph-reset")
        expect(page.locator(".graph-figure")).to_contain_text("220")


@pytest.mark.slow
def test_an_own_formula_and_the_place_of_a_mistake(open_page):
    with open_page("desktop", "en", "graph?example=neuron") as page:
        expect(page.locator("#graph-words")).to_contain_text("Every input has its derivative")
        page.fill("#graph-formula", "h = sigmoid(a*x + b)\n(h - t)^2")
        expect(page.locator("#graph-problem")).to_contain_text("Write a power with **")
        assert page.inner_text("#graph-problem mark") == "(h - t)^2"
        page.click("#language")
        expect(page.locator("#graph-problem")).to_contain_text("거듭제곱은 ^이 아니라 **로 씁니다")
        page.fill("#graph-formula", "h = sigmoid(a*x + b)\n(h - t)**2")
        expect(page.locator("#graph-problem")).to_be_hidden()
        a, x, b, t = (gn.Variable(1.0) for _ in range(4))
        ((a * x + b).sigmoid() - t).__pow__(2).backward()
        row = page.locator("#graph-compare tbody tr").first
        expect(row).to_contain_text(f"{a.grad:.8g}".replace("-", "−"))
        assert "step=" not in page.evaluate("location.hash")
        page.reload()
        expect(page.locator("#graph-formula")).to_have_value("h = sigmoid(a*x + b)\n(h - t)**2")


@pytest.mark.slow
def test_rubbish_in_a_link_harms_nothing_and_the_picture_is_kept(open_page):
    with open_page("phone", "en", "graph?example=constructor&values=x,NaN&step=-3e9") as page:
        expect(page.locator("#graph-place")).to_have_text("Backward 2/2")
        with page.expect_download() as kept:
            page.click("#graph-save")
        text = Path(kept.value.path()).read_text()
        assert text.startswith("<svg")
        assert "<title>Computational graph: apple * number * tax</title>" in text
        for name in ("fruits", "squares", "relu", "sigmoid", "network", "softmax"):
            page.select_option("#graph-example", name)
            expect(page.locator("#graph-problem")).to_be_hidden()
            assert fits(page), name
