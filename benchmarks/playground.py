"""How quick the playground is: `python -m benchmarks.playground`, on a machine that does nothing else.

It needs Playwright and the system's Chromium. The live rate and the command line's are measured in turns, so that
what else the machine does touches both.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

RECIPE = ["train", "mnist", "--recipe", "two-layer", "--threads", "1"]
LINK = (
    "#train?data=mnist&n=60000&layers=50:sigmoid&init=normal&rate=0.1&batch=100&epochs=500&speed=full&opt=sgd"
    "&out=softmax&lang=en"
)
SECONDS = 10.0
ROUNDS = 3
STARTS = 5
SEVEN = [(0.22, 0.25), (0.75, 0.24), (0.64, 0.43), (0.54, 0.64), (0.46, 0.84)]
FRAMES = """() => new Promise(done => { let frames = 0; const start = performance.now();
  const count = now => {
    frames += 1;
    if (now - start < 3000) requestAnimationFrame(count); else done(1000 * frames / (now - start));
  };
  requestAnimationFrame(count); })"""


def glassnet(*arguments: str) -> list[str]:
    """Return a command of this Python's glassnet."""
    return [sys.executable, "-m", "glassnet", *arguments]


@contextmanager
def served() -> Iterator[str]:
    """Serve the playground; gives its address."""
    with subprocess.Popen(glassnet("play", "--no-browser", "--port", "0"), stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().split()[2]  # type: ignore[union-attr]  # it is a pipe, as asked above
        finally:
            server.terminate()


def start_up() -> tuple[float, int]:
    """Return the seconds from the command to the first page, and the page's bytes."""
    start = time.perf_counter()
    with served() as url, urllib.request.urlopen(url) as answer:  # noqa: S310  # our own server
        size = len(answer.read())
        return time.perf_counter() - start, size


def strokes(page: Page) -> list[float]:
    """Draw a 7 as fast as a hand; return the milliseconds from each movement to its activations on the screen."""
    page.wait_for_timeout(1500)
    page.click("#panel-digit button:has-text('Clear')")
    page.evaluate("window.glassnetTimings.length = 0")
    box = page.locator("#panel-digit canvas.pad").bounding_box() or {}
    places = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in _between(SEVEN, 15)]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
        page.wait_for_timeout(30)
    page.mouse.up()
    page.wait_for_timeout(500)
    timings: list[float] = page.evaluate("window.glassnetTimings")
    return timings


def _between(points: list[tuple[float, float]], count: int) -> Iterator[tuple[float, float]]:
    for (x, y), (to_x, to_y) in pairwise(points):
        yield from ((x + (to_x - x) * at / count, y + (to_y - y) * at / count) for at in range(count))


def live_rate(page: Page) -> tuple[float, float]:
    """Return the samples a second of the training that runs on the page, and the page's frames a second."""
    page.click("#train-go")
    page.wait_for_timeout(1500)
    begin, start = _steps(page), time.perf_counter()
    frames: float = page.evaluate(FRAMES)
    page.wait_for_timeout(1000 * (SECONDS - 3))
    rate = 100 * (_steps(page) - begin) / (time.perf_counter() - start)
    page.click("#train-go")  # pause
    return rate, frames


def _steps(page: Page) -> int:
    return int(re.sub(r"\D", "", page.inner_text("#train-fact-step")))


def command_rate() -> float:
    """Return the samples a second of the command line, the median over its epochs but the first."""
    with tempfile.TemporaryDirectory() as folder:
        command = glassnet(*RECIPE, "--epochs", "50", "--steps", "30000", "--out", folder)
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return statistics.median([float(rate.replace(",", "")) for rate in re.findall(r"([\d,]+) samples/s", lines)][1:])


def main() -> None:
    """Print each measure."""
    from playwright.sync_api import sync_playwright

    took, sizes = zip(*(start_up() for _ in range(STARTS)), strict=True)
    print(f"from the command to the first page: {statistics.median(took):.2f} s (median of {STARTS})", flush=True)
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
        page.goto(f"{url}#digit?lang=en")
        page.wait_for_timeout(1500)
        loaded = page.evaluate("performance.getEntriesByType('resource').map(own => own.decodedBodySize)")
        print(f"first page with all that it loads: {(sizes[0] + sum(loaded)) / 1000:.0f} kB", flush=True)
        timings = strokes(page)
        print(f"stroke to activations on the screen: {statistics.median(timings):.0f} ms (median of {len(timings)})")
        page.goto(f"{url}{LINK}")
        page.wait_for_selector("#train-go")
        page.wait_for_timeout(3000)
        pairs = []
        for _ in range(ROUNDS):
            rate, frames = live_rate(page)
            pairs.append((rate, command_rate(), frames))
            print(
                f"MNIST live {pairs[-1][0]:,.0f} samples/s at {frames:.0f} frames/s; command {pairs[-1][1]:,.0f}",
                flush=True,
            )
        print(f"live / command: {statistics.median(live / alone for live, alone, _ in pairs):.2f} (median of {ROUNDS})")
        browser.close()


if __name__ == "__main__":
    main()
