"""The tab Digit in a real browser: what is shown is what the library computes, by mouse, finger and keyboard."""

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw

import glassnet as gn
from glassnet.playground.packaged_models import open_packaged
from glassnet.playground.wire import unpack

SEVEN = [(62, 70), (210, 66), (180, 120), (150, 180), (128, 236)]  # in the pad's 280 units


def wait_for_answer(page, answer=None):
    page.wait_for_selector(".area-answer:not(.blank)" + (f"[data-answer='{answer}']" if answer is not None else ""))
    page.wait_for_timeout(350)  # words, why and backward follow when the pen rests


def numbers(page, selector, name):
    return np.array([float(own) for own in page.get_attribute(selector, f"data-{name}").split(",")], dtype=np.float32)


def draw(page, points, steps=12, pause=0):
    box = page.locator(".pad").bounding_box()
    at = [(box["x"] + x / 280 * box["width"], box["y"] + y / 280 * box["height"]) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for (x0, y0), (x1, y1) in pairwise(at):
        for step in range(1, steps + 1):
            page.mouse.move(x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps)
            page.wait_for_timeout(pause)
    page.mouse.up()


@pytest.fixture
def images():
    """The images of the answers that a page got: `listen(page)` before it loads."""
    kept = []

    def hear(payload):
        content = unpack(payload).get("content") or {}
        if "image" in content:
            kept.append(content["image"])

    def listen(page):
        page.on("websocket", lambda socket: socket.on("framereceived", hear))
        return kept

    return listen


@pytest.mark.parametrize(("size", "language", "words"), [("desktop", "en", "This is a 7"), ("phone", "ko", "7입니다")])
def test_the_first_page_draws_a_seven_by_itself_and_reads_it(open_page, size, language, words):
    with open_page(size, language) as page:
        wait_for_answer(page, 7)
        page.wait_for_selector(f".answer-words:has-text('{words}')")
        assert page.locator(".layers canvas.heatmap").count() == 6
        assert page.locator(".layers canvas.flow").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.click("#digit-clear")
        page.wait_for_selector(".area-answer.blank")
        blank = {"en": "Draw a digit", "ko": "숫자를 하나 그려 주세요"}[language]
        assert blank in page.inner_text(".answer-words")
        # What is left of the last answer is faded, and not read out.
        assert all(page.locator(part).first.evaluate("own => own.inert") for part in (".answers", ".layers", ".why"))
        page.click("#digit-example")
        wait_for_answer(page)
        assert not page.locator(".answers").evaluate("own => own.inert")


def test_a_step_of_learning_changes_the_answer_to_what_the_library_computes(open_page, images):
    with open_page() as page:
        kept = images(page)
        page.reload()
        wait_for_answer(page, 7)
        page.click(".labels button:has-text('1')")
        page.wait_for_selector(".learning[data-kept=false]")
        would = numbers(page, ".learning", "after")
        page.click(".learning button.primary")
        page.wait_for_selector(".learning[data-kept=true]")
        page.wait_for_selector(".area-answer h4:has-text('steps taught: 1')")

        network = open_packaged("small")
        x = kept[-1].reshape(1, -1) / np.float32(255)
        trace = network.trace(x, [1], mode="predict")
        expected = trace.after(gn.SGD(0.01))["A3"][0]
        np.testing.assert_array_equal(would, expected)
        np.testing.assert_array_equal(numbers(page, ".learning", "before"), trace["A3"][0])
        np.testing.assert_array_equal(numbers(page, ".area-answer", "probabilities"), expected)
        assert page.inner_text(".area-answer .bar:nth-child(2) .number") == f"{100 * expected[1]:.1f}%"

        page.click("text=Undo step")
        page.wait_for_selector(".area-answer h4", state="hidden")
        np.testing.assert_array_equal(numbers(page, ".area-answer", "probabilities"), trace["A3"][0])


def test_the_backward_pass_is_gone_through_and_its_numbers_are_explained(open_page, images):
    with open_page(link="digit?label=2") as page:
        kept = images(page)
        page.reload()
        wait_for_answer(page, 7)
        page.wait_for_selector(".rail .link:nth-of-type(10)")
        labels = page.locator(".rail .link").all_inner_texts()
        assert labels[:4] == ["loss", "dZ3", "dW3, db3", "dA2"]
        page.click("text=Next →")
        page.click("text=Next →")
        page.wait_for_selector(".stage-why .why[data-address^='dW3']")
        own = page.locator(".stage-why .why")
        address, value = own.get_attribute("data-address"), float(own.get_attribute("data-value"))
        why = open_packaged("small").trace(kept[-1].reshape(1, -1) / np.float32(255), [2], mode="predict").why(address)
        assert value == why.value
        assert len(why.chain) == page.locator(".stage-why .factor:not(.result)").count()
        assert "link=2" in page.evaluate("location.hash")


def test_a_unit_is_explained_by_pointing_by_a_click_and_by_the_keyboard(open_page):
    with open_page() as page:
        wait_for_answer(page, 7)
        page.wait_for_selector("#digit-why .why")  # what appears while a pointer rests may move what it rests on
        strip = page.locator("canvas[data-name=Z1]").first
        box = strip.bounding_box()
        strip.hover(position={"x": box["width"] * 3.5 / 32, "y": box["height"] / 2})
        page.wait_for_selector("#bubble:has-text('the sum of 785 terms')")
        assert page.inner_text("#bubble").startswith("Z1[0,3] = ")
        strip.click(position={"x": box["width"] * 3.5 / 32, "y": box["height"] / 2})
        page.wait_for_selector("#digit-why .why[data-address='Z1[0,3]']")
        assert page.locator("#digit-why .parts canvas").count() == 3
        page.click("#digit-why [aria-label='Next unit']")
        page.wait_for_selector("#digit-why .why[data-address='Z1[0,4]']")
        page.focus("canvas[data-name=A2]")
        page.keyboard.press("ArrowRight")
        page.wait_for_selector("#bubble:has-text('A2[0,1] = ')")
        page.keyboard.press("Enter")
        page.wait_for_selector("#digit-why .why[data-address='A2[0,1]']")
        page.click("#digit-why button.term >> nth=0")
        page.wait_for_selector("#digit-why .why[data-address^='A1[0,']")
        assert "unit=A1" in page.evaluate("location.hash")


@pytest.mark.slow
def test_why_this_and_not_that_is_shown_for_the_runner_up_or_whom_one_chooses(open_page):
    with open_page("phone", "ko", "digit?not=2") as page:
        wait_for_answer(page, 7)
        page.wait_for_selector("#digit-contrast[data-score] h2:has-text('왜 2 말고 7?')")
        before = page.get_attribute("#digit-contrast", "data-score")
        page.select_option("#digit-not", "1")
        page.wait_for_selector(f"#digit-contrast:not([data-score='{before}']) h2:has-text('왜 1 말고 7?')")
        assert "not=1" in page.evaluate("location.hash")
        page.click("#digit-contrast button:has-text('답을 뒤집는')")
        page.wait_for_selector("#digit-contrast figcaption:has-text('이제는 1')")


@pytest.mark.slow
def test_a_link_brings_back_the_experiment_and_rubbish_does_no_harm(open_page):
    with open_page(
        "phone", "ko", "digit?model=large&with=lecture&strokes=2222222a2222&label=3&rate=0.05&unit=A1[0,200]"
    ) as page:
        wait_for_answer(page)
        assert page.input_value("#digit-model") == "large"
        assert page.input_value("#digit-other") == "lecture"
        assert page.locator(".half:not([hidden])").count() == 2
        page.wait_for_selector("#digit-why .why[data-address='A1[0,200]']")
        assert page.inner_text(".labels [aria-checked=true]") == "3"
        assert page.inner_text(".learning output") == "0.05"
        page.click("#language")
        page.wait_for_selector(".answer-words:has-text('Large')")
    with open_page(link="digit?model=%00&with=7&strokes=zz..z!&label=99&rate=-1&unit=Q9[0,1]&link=x") as page:
        wait_for_answer(page, 7)
        assert "is not open here" in page.inner_text("#notice")
    with open_page(link="digit?unit=A9[0,70000]&label=9&link=77") as page:
        wait_for_answer(page, 7)
        page.wait_for_selector("#digit-why .why[data-address='A3[0,7]']")


@pytest.mark.slow
def test_a_picture_is_read_and_an_empty_one_said_to_be_empty(open_page, tmp_path):
    from PIL import Image

    page_of_paper = np.full((300, 240), 225, dtype=np.uint8)
    page_of_paper[60:240, 112:130] = 40
    Image.fromarray(page_of_paper).save(tmp_path / "one.png")
    Image.fromarray(np.full((60, 60), 200, dtype=np.uint8)).save(tmp_path / "empty.png")
    (tmp_path / "words.png").write_text("no picture")
    with open_page() as page:
        wait_for_answer(page, 7)
        page.set_input_files(".area-draw input[type=file]", tmp_path / "one.png")
        wait_for_answer(page, 1)
        assert page.locator(".stages figure").count() == 8
        page.set_input_files(".area-draw input[type=file]", tmp_path / "empty.png")
        page.wait_for_selector(".answer-words:has-text('No digit was found')")
        page.set_input_files(".area-draw input[type=file]", tmp_path / "words.png")
        page.wait_for_selector("#notice:has-text('cannot be read as a picture')")


def test_a_drawn_seven_is_read_while_it_is_drawn(open_page):
    """How quickly is measured by `python -m benchmarks.playground`; here only that every movement is followed."""
    with open_page() as page:
        wait_for_answer(page, 7)
        page.click("#digit-clear")
        page.evaluate("glassnetTimings.length = 0")
        draw(page, SEVEN, pause=16)
        wait_for_answer(page, 7)
        timings = page.evaluate("glassnetTimings")
        assert len(timings) >= 10
        assert all(0 < took < 10_000 for took in timings)
        page.wait_for_selector(".answer-words:has-text('This is a 7')")


@pytest.mark.slow
def test_a_letter_is_no_digit_before_anything_else_is_said_of_it(open_page, tmp_path):
    picture = Image.new("L", (300, 300), 255)
    strokes = [(40, 60), (95, 240), (150, 90), (205, 240), (260, 60)]
    ImageDraw.Draw(picture).line(strokes, fill=0, width=22)
    picture.save(tmp_path / "w.png")
    with open_page("phone", "en", "digit") as page:
        page.set_input_files("#panel-digit input[type=file]", tmp_path / "w.png")
        page.wait_for_selector(".answer-words:has-text('Not a digit')")
        assert page.inner_text(".answer-words").startswith("Not a digit.\nIf it had to be one: ")
        assert page.is_visible(".answer-refused")


@pytest.mark.slow
def test_the_label_that_is_chosen_can_be_read_under_the_pointer(open_page):
    with open_page("desktop", "en", "digit", dark=True) as page:
        wait_for_answer(page)
        page.click(".labels button:has-text('1')")
        page.hover(".labels [aria-checked='true']")  # what appeared above it may have moved it from under the pointer
        page.wait_for_selector(".labels [aria-checked='true']:hover")
        colours = page.evaluate("""() => {
            const own = getComputedStyle(document.querySelector(".labels [aria-checked='true']:hover"));
            return [own.color, own.backgroundColor];
        }""")
        assert colours == ["rgb(11, 23, 34)", "rgb(87, 180, 233)"]
