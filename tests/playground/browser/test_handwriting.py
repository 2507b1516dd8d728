"""The tab "My handwriting" in a real browser: digits are written, kept over a reload, and taught."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.playground.mnist_digits import some_training_digits

SEVEN = ((0.3, 0.25), (0.7, 0.25), (0.6, 0.45), (0.5, 0.6), (0.42, 0.8))


def write_seven(page):
    page.evaluate("scrollTo(0, 0)")
    box = page.locator(".pad").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def saved(page, button, path):
    with page.expect_download() as loading:
        page.click(button)
    loading.value.save_as(path)
    return path


def test_digits_are_written_kept_over_a_reload_relabelled_and_deleted(open_page):
    with open_page("phone", "ko", "handwriting") as page:
        page.wait_for_selector(".write-now:has-text('3')")
        page.click(".ten button:has-text('7') >> nth=0")
        write_seven(page)
        page.click(".keep-digit")
        page.wait_for_selector(".tile-button[aria-label^='7']")
        page.wait_for_selector(".write-now:has-text('3')")  # there are fewest of them now
        page.reload()
        page.wait_for_selector(".tile-button[aria-label^='7']")
        page.wait_for_selector(".kept:has-text('이 브라우저')")
        page.click(".tile-button")
        page.click(".digit-editor .ten button:has-text('2')")
        page.wait_for_selector(".tile-button[aria-label^='2']")
        write_seven(page)
        page.focus(".pad")
        page.keyboard.press("Enter")
        page.wait_for_selector(".tile-button[aria-label^='3']")
        page.click(".tile-button[aria-label^='3']")
        page.click("button[data-text='handwriting.delete']")
        page.wait_for_selector(".tile-button[aria-label^='3']", state="detached")
        page.click("button[data-text='handwriting.erase']")
        page.click("button[data-text='handwriting.erase-yes']")
        page.wait_for_selector(".tile-button", state="detached")
        page.click("button[data-text='handwriting.start']")
        page.wait_for_selector("#notice.bad:has-text('숫자마다 3개씩')")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
def test_the_next_digit_may_be_begun_before_the_last_one_is_kept(open_page):
    with open_page("desktop", "ko", "handwriting") as page:
        page.wait_for_selector(".write-now:has-text('3')")
        write_seven(page)
        asked = page.evaluate("""() => {
            document.querySelector(".keep-digit").click();
            for (const key of [" ", "ArrowDown", "ArrowDown", " "])
                document.querySelector(".pad").dispatchEvent(new KeyboardEvent("keydown", { key }));
            return document.querySelector(".write-now b").textContent;
        }""")
        assert asked == "7"  # at once
        page.wait_for_selector(".tile-button[aria-label^='3']")
        page.wait_for_selector(".keep-digit:not([disabled])")
        page.click(".keep-digit")
        page.wait_for_selector(".tile-button[aria-label^='7']")


@pytest.mark.slow
def test_clearing_while_the_pen_is_down_ends_the_stroke(open_page):
    with open_page("desktop", "en", "handwriting") as page:
        page.wait_for_selector(".write-now:has-text('3')")
        box = page.locator(".pad").bounding_box()
        page.mouse.move(box["x"] + 50, box["y"] + 50)
        page.mouse.down()
        page.mouse.move(box["x"] + 80, box["y"] + 80)
        page.locator(".pad").press("Delete")
        page.mouse.move(box["x"] + 120, box["y"] + 120)  # an error on the page would fail the test
        page.mouse.up()
        assert page.is_disabled(".keep-digit")


@pytest.mark.slow
def test_a_setting_beyond_its_bounds_is_shown_as_it_will_be_used(open_page):
    with open_page("desktop", "en", "handwriting") as page:
        page.wait_for_selector(".write-now:has-text('3')")
        epochs = page.get_by_role("spinbutton", name="Epochs")
        epochs.fill("0")
        epochs.press("Tab")
        assert epochs.input_value() == "1"


@pytest.mark.slow
def test_a_model_is_taught_and_what_is_shown_is_what_it_answers(open_page, tmp_path):
    images, labels = some_training_digits(45, seed=6)
    turned = np.ascontiguousarray(images.reshape(-1, 28, 28)[:, ::-1])
    np.savez(tmp_path / "turned.npz", x=turned, t=labels)
    with open_page("desktop", "en", "handwriting?model=small&epochs=4&rate=0.003&mixed=30&augment=junk") as page:
        with page.expect_file_chooser() as chooser:
            page.click("button[data-text='handwriting.import']")
        chooser.value.set_files(str(tmp_path / "turned.npz"))
        page.wait_for_selector("#notice:has-text('Imported 45')")
        own = gn.read_npz(saved(page, "button[data-text='handwriting.export']", tmp_path / "mine.npz"))
        counts = np.bincount(labels, minlength=10)
        assert len(own.t_test) == (counts // 3).sum()
        page.click("button[data-text='handwriting.start']")
        page.wait_for_selector(".outcome", timeout=60_000)
        taught = gn.load(saved(page, "button[data-text='handwriting.download']", tmp_path / "mine.safetensors"))
        right = taught.classify(own.x_test / np.float32(255)) == own.t_test
        assert int(page.get_attribute(".verdict.held", "data-after")) == right.sum()
        assert int(page.get_attribute(".verdict.held", "data-count")) == len(right)
        wrong = page.query_selector_all(".now-wrong .changed-digit, .still-wrong .changed-digit")
        assert len(wrong) == (~right).sum()
        share = page.inner_text(".verdict.mnist .verdict-numbers b")
        assert share == f"{100 * taught.metadata['test_accuracy']:.1f}%"
        page.click("#language")
        page.wait_for_selector(".outcome h2:has-text('결과')")
        page.reload()
        page.wait_for_selector(".outcome")  # the session still knows it
        page.click("#tab-models")
        page.wait_for_selector(".open-item:has-text('my hand')")


@pytest.mark.slow
def test_pictures_are_dropped_in_and_guessed_labels_are_to_be_checked(open_page, tmp_path):
    from PIL import Image

    images, labels = some_training_digits(2, seed=1)
    for name, image in zip((f"{labels[0]}_a.png", "photo.png"), images, strict=True):
        Image.fromarray(255 - image.reshape(28, 28)).resize((112, 112)).save(tmp_path / name)
    Image.new("L", (60, 60), 255).save(tmp_path / "empty.png")
    with open_page("desktop", "en", "handwriting") as page:
        page.wait_for_selector(".write-now")
        with page.expect_file_chooser() as chooser:
            page.click("button[data-text='handwriting.pictures']")
        chooser.value.set_files([str(path) for path in sorted(tmp_path.glob("*.png"))])
        page.wait_for_selector("#notice.bad:has-text('No digit was found in 1: empty.png')")
        assert len(page.query_selector_all(".tile-button")) == 2
        assert len(page.query_selector_all(".tile-button.unsure")) == 1
        assert page.get_attribute(".counted", "data-count") == "1"
        page.click("button[data-text='handwriting.all-right']")
        page.wait_for_selector(".tile-button.unsure", state="detached")
        assert page.get_attribute(".counted", "data-count") == "2"
