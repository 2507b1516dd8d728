"""The tab "Open a model" in a real browser: files opened and refused, numbers looked into, and links."""

import pytest

import glassnet as gn
from glassnet.playground.packaged_models import open_packaged

CHOOSE = "button[data-text='models.choose']"
MINUS = "−"


def upload(page, path):
    with page.expect_file_chooser() as chooser:
        page.click(CHOOSE)
    chooser.value.set_files(str(path))


def number(words):
    return float(words.replace(MINUS, "-"))


def test_a_file_is_opened_and_a_row_of_numbers_goes_through_it(open_page, tmp_path):
    net = gn.Network([gn.Dense(3, 4), gn.Tanh(), gn.Dense(4, 2), gn.Softmax()], seed=3)
    path = net.save(tmp_path / "three-numbers.safetensors")
    trace = net.trace([[0.5, -1.0, 2.0]], [1], mode="predict")
    with open_page("desktop", "en", "models") as page:
        page.wait_for_selector(".drawing svg")
        upload(page, path)
        page.wait_for_selector(".models-title:has-text('three-numbers')")
        page.wait_for_selector(".drawing svg title:has-text('3-4-2')", state="attached")
        assert page.inner_text("table.layers-table tfoot td:last-child") == "26"
        page.click("[data-side=trace]")
        for field, value in zip(page.query_selector_all(".one-number"), ("0.5", "-1", "2"), strict=True):
            field.fill(value)
        page.fill(".trace-form input:not(.one-number)", "1")
        page.click("button[data-text='models.trace']")
        page.wait_for_selector(".trace-step[data-name=dW1]")
        page.click(".trace-step[data-name=dW1]")
        page.click(".trace-table .cell[aria-label^='dW1[2,3]']")
        page.wait_for_selector(".trace-why[data-address='dW1[2,3]']")
        shown = float(page.get_attribute(".trace-why", "data-value"))
        assert shown == pytest.approx(float(trace["dW1"][2, 3]), rel=1e-6)
        backprop, difference = (number(own.inner_text()) for own in page.query_selector_all(".trace-numerical .number"))
        assert difference == pytest.approx(backprop, rel=1e-3)
        with page.expect_download() as loading:
            page.click(".keep-trace")
        kept = tmp_path / "kept.safetensors"
        loading.value.save_as(kept)
        assert gn.load_trace(kept).address == trace.address
        upload(page, kept)
        page.wait_for_selector("#notice:has-text('Opened the trace')")
        page.wait_for_selector(".models-title:has-text('kept')")
        page.click(".trace-step[data-name=loss]")
        page.fill(".trace-address", "loss")
        page.keyboard.press("Enter")
        page.wait_for_selector(".trace-why[data-address=loss]")
        page.reload()  # the session still has it, and the link says which number
        page.wait_for_selector(".trace-why[data-address=loss]")


@pytest.mark.parametrize(("size", "language"), [("phone", "ko"), pytest.param("desktop", "en", marks=pytest.mark.slow)])
def test_a_link_brings_a_number_back(open_page, size, language):
    (_, _), (x, t) = gn.load_mnist()
    trace = open_packaged("lecture").trace(x[17:18], t[17:18], mode="predict")
    with open_page(size, language, "models?model=lecture&digit=17&number=A2[0,7]") as page:
        page.wait_for_selector(".trace-why[data-address='A2[0,7]']")
        assert float(page.get_attribute(".trace-why", "data-value")) == pytest.approx(
            float(trace["A2"][0, 7]), rel=1e-6
        )
        largest = page.inner_text(".trace-terms .trace-term >> nth=0 >> .number")
        assert number(largest) == pytest.approx(trace.why("A2[0,7]").terms[0][1], rel=1e-3)
        page.click(".trace-terms .trace-term >> nth=0 >> button")  # leads on to the hidden unit
        page.wait_for_selector(".trace-why[data-address^='A1[0,']")
        assert "number=A1" in page.evaluate("location.hash")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.click("#language")
        page.wait_for_selector(".trace-why[data-address^='A1[0,']")
        heading = {"ko": "Why this number?", "en": "왜 이 값일까요?"}[language]
        page.wait_for_selector(f"h2:has-text('{heading}')")
        mean = {"ko": ", mean ", "en": ", 평균 "}[language]
        assert mean in page.inner_text(".trace-step[data-name=Z1] .trace-range")
        assert "lang=" in page.evaluate("location.hash")


@pytest.mark.slow
def test_a_heatmap_is_gone_through_by_the_keyboard(open_page):
    with open_page("desktop", "en", "models?model=small&digit=3&number=dW2[4,5]") as page:
        page.wait_for_selector(".trace-why[data-address='dW2[4,5]']")
        page.focus(".trace-array canvas.heatmap")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector(".trace-why:not([data-address='dW2[4,5]'])")
        page.fill(".trace-address", "Z3[0,2]")
        page.keyboard.press("Enter")
        page.wait_for_selector(".trace-why[data-address='Z3[0,2]']")


def test_hostile_files_are_refused_in_the_readers_language(open_page, tmp_path):
    files = {
        "x.safetensors": (b"nothing of the kind", "손상되었거나 잘렸습니다"),
        "x.json": (b"{}", "계산 기록이 아니거나"),
        "x.pickle": (b"cos\nsystem", "열 수 없는 형식입니다"),
    }
    with open_page("desktop", "ko", "models") as page:
        page.wait_for_selector(".drawing svg")
        for name, (content, words) in files.items():
            (tmp_path / name).write_bytes(content)
            upload(page, tmp_path / name)
            page.wait_for_selector(f"#notice.bad:has-text('“{name}”'):has-text('{words}')")
        page.click("#language")
        upload(page, tmp_path / "x.json")
        page.wait_for_selector("#notice.bad:has-text('is no trace that glassnet saved')")


@pytest.mark.slow
def test_rubbish_in_a_link_does_no_harm(open_page):
    with open_page("desktop", "en", "models?model=nobody&digit=x&number=]]&mode=7&t=&x=a,b") as page:
        page.wait_for_selector("#notice.bad:has-text('not open here')")
        page.wait_for_selector(".models-title:has-text('Small')")
