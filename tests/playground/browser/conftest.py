"""A running playground, and pages of a real browser on it: the system's Chromium, driven by Playwright.

A test takes some seconds. `make test` goes once through what each room is for; what is marked as slow goes on.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WAIT = 60_000  # ms, at the most
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
MISSING = (
    "Playwright is not installed; `make test` installs it"
    if find_spec("playwright") is None
    else None
    if CHROMIUM
    else "there is no Chromium on this machine; install the system's package, as .ci/run does"
)


def pytest_collection_modifyitems(items):
    """Say why a browser's tests are left out where there is no browser; on a CI machine that would be a failure."""
    if MISSING and not os.environ.get("CI"):
        for item in items:
            if "playground/browser" in item.path.as_posix():
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def playground():
    """The address of a playground that `glassnet play` serves; it must end without a word of complaint."""
    command = [sys.executable, "-m", "glassnet", "play", "--no-browser", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        server.stdout.readline()
        yield json.loads(server.stdout.readline())["url"]
        server.send_signal(signal.SIGINT)
        _, complaints = server.communicate(timeout=20)
    assert complaints == ""
    assert server.returncode == 0


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT)  # a busy machine takes its time
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(playground, chromium):
    """Open pages: `with open_page("phone", "ko", "digit?model=small") as page: …`; a console error fails the test."""

    @contextmanager
    def opening(size="desktop", language="en", link="digit", *, dark=False):
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            has_touch=size == "phone",
            locale={"ko": "ko-KR", "en": "en-US"}[language],
            color_scheme="dark" if dark else "light",
            accept_downloads=True,
        )
        page, complaints = context.new_page(), []
        page.set_default_timeout(WAIT)
        page.on("console", lambda said: said.type in {"error", "warning"} and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        # A request that a page breaks off because it goes is no fault of the page's.
        page.on(
            "requestfailed",
            lambda request: (
                request.failure != "net::ERR_ABORTED" and complaints.append(f"{request.url}: {request.failure}")
            ),
        )
        separator = "&" if "?" in link else "?"
        page.goto(f"{playground}#{link}{separator}lang={language}")
        page.wait_for_selector("[role=tabpanel]:not([hidden])")
        yield page
        context.close()
        assert complaints == []

    return opening
