"""The page around the tabs: languages, theme, tabs by keyboard, links, phone width, weight, a lost connection."""

import subprocess
import sys
import urllib.request

import pytest

TABS = ("digit", "train", "graph", "gates", "handwriting", "models")


@pytest.mark.parametrize(
    ("size", "language"),
    [
        ("phone", "ko"),
        ("desktop", "en"),
        pytest.param("phone", "en", marks=pytest.mark.slow),
        pytest.param("desktop", "ko", marks=pytest.mark.slow),
    ],
)
def test_every_tab_opens_without_a_complaint_and_fits_the_width(open_page, size, language):
    with open_page(size, language) as page:
        for tab in TABS:
            page.click(f"#tab-{tab}")
            page.wait_for_selector(f"#panel-{tab}:not([hidden])")
            page.wait_for_timeout(150)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
            # What stands on the page as its own key is a text that is missing.
            keys = page.evaluate("""() => [...document.querySelectorAll("[data-text]")]
                .filter(own => own.textContent === own.dataset.text && own.dataset.text.includes("."))
                .map(own => own.dataset.text)""")
            assert keys == []
        assert page.evaluate("document.documentElement.lang") == language


def test_the_language_changes_at_once_and_stays(open_page):
    with open_page(language="en") as page:
        assert page.inner_text("#tab-gates") == "Gates"
        page.click("#language")
        assert page.inner_text("#tab-gates") == "게이트"
        assert "lang=ko" in page.evaluate("location.hash")
        page.reload()
        page.wait_for_selector("[role=tabpanel]:not([hidden])")
        assert page.inner_text("#tab-gates") == "게이트"


def test_tabs_are_gone_through_by_the_keyboard(open_page):
    with open_page() as page:
        page.focus("#tab-digit")
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("#panel-train:not([hidden])")
        assert page.evaluate("document.activeElement.id") == "tab-train"
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        page.wait_for_selector("#panel-models:not([hidden])")


@pytest.mark.slow
def test_back_and_forward_go_through_the_tabs_and_leave_what_is_on_them(open_page):
    with open_page("phone", "en", "gates?gate=OR&w1=0.7") as page:
        page.click("#tab-train")
        page.wait_for_selector("#train-status:has-text('Ready')")
        page.click("button[data-text='train.step']")
        page.wait_for_selector("#train-fact-step:has-text('1')")
        page.evaluate("scrollTo(0, 600)")
        page.click("#tab-graph")
        page.wait_for_selector("#panel-graph:not([hidden])")
        assert page.evaluate("scrollY") == 0
        page.go_back()
        page.wait_for_selector("#panel-train:not([hidden])")
        assert page.inner_text("#train-fact-step") == "1"
        page.wait_for_timeout(300)
        assert page.inner_text("#train-fact-step") == "1"
        page.go_back()
        page.wait_for_selector("#panel-gates:not([hidden])")
        assert "w1=0.7" in page.evaluate("location.hash")
        page.go_forward()
        page.wait_for_selector("#panel-train:not([hidden])")
        assert page.get_attribute("#tab-train", "aria-selected") == "true"


def test_what_is_said_stands_in_view_and_the_way_past_the_tabs_stays_on_the_tab(open_page):
    with open_page("phone", "ko", "models?model=gone") as page:
        page.wait_for_selector("#notice.bad:has-text('gone')")
        page.evaluate("scrollTo(0, 900)")
        box = page.locator("#notice").bounding_box()
        assert 0 <= box["y"] < 300
        page.click("#dismiss")
        assert page.is_hidden("#notice")
        page.focus(".skip")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "stage"
        assert page.evaluate("location.hash").startswith("#models")


def test_dark_follows_the_system_and_can_be_chosen(open_page):
    with open_page(dark=True) as page:
        dark = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
        page.click("#theme")  # light
        light = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
        assert dark != light


def test_the_first_page_is_light(open_page):
    with open_page() as page:
        page.reload()
        page.wait_for_selector("#panel-digit:not([hidden])")
        page.wait_for_timeout(500)
        sizes = page.evaluate("performance.getEntriesByType('resource').map(own => own.decodedBodySize)")
        whole = page.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize")
        assert sum(sizes) + whole < 300_000


@pytest.mark.slow
def test_a_page_says_that_its_server_is_gone_and_finds_the_next_one(chromium):
    def start(port):
        command = [sys.executable, "-m", "glassnet", "play", "--no-browser", "--port", str(port)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        return server, server.stdout.readline().split()[2]

    server, url = start(0)
    page = chromium.new_page(locale="en-US")
    try:
        page.goto(url + "#gates?lang=en")
        page.wait_for_selector("[role=tabpanel]:not([hidden])")
        server.terminate()
        server.communicate(timeout=20)
        page.wait_for_selector("#connection.bad:not([hidden])")
        assert "connection to glassnet was lost" in page.inner_text("#connection")
        page.click("#tab-graph")  # of which nothing is there yet
        page.wait_for_selector("#notice.bad:has-text('could not be loaded')")
        assert page.get_attribute("#tab-gates", "aria-selected") == "true"
        assert page.is_visible("#connection")
        server, _ = start(url.split(":")[-1].strip("/"))
        page.wait_for_selector("#notice:has-text('started anew')")
        assert page.is_hidden("#connection")
        page.click("#tab-graph")
        page.wait_for_selector("#panel-graph:not([hidden])")
        assert page.is_visible("#notice")  # what was lost is said until it is dismissed
        page.click("#dismiss")
        assert page.is_hidden("#notice")
    finally:
        page.close()
        server.terminate()
        server.communicate(timeout=20)


def test_the_address_that_the_command_prints_is_served_at_once():
    """How quickly that is, `python -m benchmarks.playground` measures."""
    command = [sys.executable, "-m", "glassnet", "play", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        url = server.stdout.readline().split()[2]
        with urllib.request.urlopen(url) as answer:  # our own server
            assert b"glassnet" in answer.read()
        server.terminate()
