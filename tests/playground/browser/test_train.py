"""The tab Train as a person uses it."""

import re
from urllib.parse import parse_qs

import numpy as np
import pytest

import glassnet as gn

SHORT = "train?data=moons&n=60&noise=0.1&test=0.3&layers=6:tanh&rate=0.5&batch=10&epochs=4&seed=3&speed=full"


def ready(page):
    state(page, "ready")


def state(page, name):
    page.wait_for_selector(f"#train-status[data-state={name}]")


def step_of(page):
    return int(page.inner_text("#train-fact-step").replace(",", ""))


def shown_code(page):
    page.click(".train-takeaway summary")
    return page.inner_text("#train-code")


@pytest.mark.parametrize(("size", "language"), [("phone", "ko"), pytest.param("desktop", "en", marks=pytest.mark.slow)])
def test_a_training_from_start_to_end(open_page, size, language, capsys, tmp_path):
    with open_page(size, language, SHORT) as page:
        ready(page)
        first = page.inner_text("#train-fact-loss")
        page.click("#train-step")
        state(page, "paused")
        assert step_of(page) == 1
        page.click("#train-go")
        state(page, "finished")
        assert step_of(page) == 20
        page.wait_for_selector("#train-findings > *")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        scope = {}
        exec(shown_code(page), scope)
        capsys.readouterr()
        network = scope["network"]
        loss = network.loss(scope["x_test"], scope["t_test"])
        assert float(page.inner_text("#train-fact-loss").split("·")[1]) == pytest.approx(loss, rel=6e-3)
        with page.expect_download() as waiting:
            page.click("#train-save")
        waiting.value.save_as(tmp_path / "model.safetensors")
        saved = gn.load(tmp_path / "model.safetensors")
        for name, values in network.parameters.items():
            np.testing.assert_array_equal(saved.parameters[name], values)
        page.click("#train-reset")
        ready(page)
        assert page.inner_text("#train-fact-loss") == first


@pytest.mark.slow
def test_the_link_holds_the_experiment(open_page):
    with open_page("desktop", "en", "train") as page:
        ready(page)
        page.click(".experiment button:has-text('Add a layer')")
        page.locator(".layer-row").nth(1).locator("select").select_option("relu")
        page.locator(".layer-row").nth(1).locator("input").fill("5")
        page.locator(".layer-row").nth(1).locator("input").press("Tab")
        page.wait_for_url("**5%3Arelu**")
        ready(page)
        link = page.evaluate("location.hash.slice(1)")
        loss = page.inner_text("#train-fact-loss")
    assert parse_qs(link.split("?")[1])["layers"] == ["4:tanh,5:relu"]
    with open_page("desktop", "en", link) as page:
        ready(page)
        page.wait_for_selector(f"#train-fact-loss:text-is('{loss}')")
        assert page.locator(".layer-row").count() == 2


@pytest.mark.slow
def test_a_link_with_rubbish_opens_all_the_same(open_page):
    with open_page(
        "desktop", "en", "train?data=nothing&n=-5&layers=x:y,9999:zz&rate=abc&seed=1e99&view=__proto__"
    ) as page:
        ready(page)
        assert page.locator(".layer-row").count() == 2


def test_a_rate_too_large_diverges_by_the_keyboard_alone(open_page):
    with open_page("desktop", "ko", "train") as page:
        ready(page)
        page.focus("#train-preset")
        page.select_option("#train-preset", "diverges")
        page.wait_for_url("**rate=1.15**")
        ready(page)
        page.focus("[data-speed=full]")
        page.keyboard.press("Enter")
        page.focus("#train-go")
        page.keyboard.press("Enter")
        state(page, "stopped")
        assert "발산" in page.inner_text("#train-status")
        page.wait_for_selector(".finding")
        assert page.is_disabled("#train-go")
        page.click("#language")
        assert "diverged" in page.inner_text("#train-status")
        assert re.search("[a-z]{4}", page.inner_text(".finding summary"))


@pytest.mark.slow
def test_a_csv_of_ones_own(open_page, tmp_path):
    path = tmp_path / "sticks.csv"
    path.write_text("length,width,depth,kind\n" + "".join(f"{i % 7},{i % 5},{i},{'ab'[i % 2]}\n" for i in range(60)))
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"PK\x03\x04")
    with open_page("phone", "ko", "train") as page:
        ready(page)
        page.set_input_files("#train-file", bad)
        page.wait_for_selector("#notice:has-text('bad.csv')")
        page.set_input_files("#train-file", path)
        page.wait_for_selector("#train-label option:nth-child(4)", state="attached")
        page.select_option("#train-label", label="kind")
        page.wait_for_selector("table.confusion")
        ready(page)
        page.click("[data-speed=full]")
        page.click("#train-go")
        page.wait_for_selector("#train-status[data-state=running]")
        page.click("#train-go")
        state(page, "paused")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
