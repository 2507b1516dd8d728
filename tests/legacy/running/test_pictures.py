"""Pictures of a run: old names of Matplotlib, Korean letters, and that nothing that was drawn is lost."""

import contextlib
import signal
import subprocess
import sys
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from glassnet.glass.plots.fonts import CJK_FONTS
from glassnet.legacy.running import lettering
from glassnet.legacy.running.problems import ScriptError

has_korean = len(lettering.families_with_korean(("DejaVu Sans",))) > 1
needs_korean = pytest.mark.skipif(not has_korean, reason=f"none of these fonts is installed: {', '.join(CJK_FONTS)}")
DRAW = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n"


@pytest.mark.parametrize("end", ["1 / 0", "raise KeyboardInterrupt", "import sys; sys.exit(2)"])
def test_what_was_drawn_is_saved_when_a_script_stops(run, tmp_path, end):
    with contextlib.suppress(ScriptError, KeyboardInterrupt):
        run(f"{DRAW}plt.figure()\n{end}")
    assert [path.name for path in tmp_path.glob("*.png")] == ["slide-1.png"]
    assert not plt.get_fignums()


def test_a_picture_that_cannot_be_drawn_hides_no_error(run):
    with pytest.raises(ScriptError, match="ZeroDivisionError"):
        run(f"{DRAW}plt.title(r'$\\nothing$')\n1 / 0")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to another process")
def test_ctrl_c_keeps_the_pictures(tmp_path):
    path = tmp_path / "old.py"
    path.write_text(f"{DRAW}import time\nprint('go', flush=True)\ntime.sleep(30)\n", encoding="utf-8")
    command = [sys.executable, "-m", "glassnet", "legacy", "run", "--pictures", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "go\n"
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (130, "glassnet: saved the picture old-1.png\nglassnet: interrupted\n")
    assert (tmp_path / "old-1.png").is_file()


def test_axes_3d(run):
    out, _ = run("""
        import matplotlib.pyplot as plt
        from mpl_toolkits.mplot3d.axes3d import Axes3D
        import mpl_toolkits.mplot3d as m
        fig = plt.figure()
        ax = Axes3D(fig)
        print(fig.axes == [ax], fig.gca(projection="3d") is ax, isinstance(ax, m.Axes3D), m.Axes3D is Axes3D)
        fig = plt.figure()
        first = fig.gca(projection="3d")
        print(fig.gca(projection="3d") is first, isinstance(first, Axes3D), len(fig.axes))
        fig = plt.figure()
        ax = Axes3D(fig, auto_add_to_figure=False)
        print(len(fig.axes), fig.add_axes(ax) is ax, len(fig.axes), fig.add_subplot(222, projection="3d").name)
        plt.close("all")
    """)
    assert out.split() == ["True"] * 6 + ["1", "0", "True", "1", "3d"]


@pytest.mark.parametrize("backend", ["TkAgg", "Qt4Agg"])
@pytest.mark.parametrize("loaded", ["", "import matplotlib.pyplot\n"])
def test_a_backend_that_needs_a_screen(run, monkeypatch, backend, loaded):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    _, outcome = run(f"{loaded}import matplotlib\nmatplotlib.use('{backend}')\n{DRAW}plt.show()")
    assert outcome.notes == [
        f"{backend} needs a screen, and there is none: pictures are saved",
        "saved the picture slide-1.png",
    ]


class TestKorean:
    CODE = (
        "import matplotlib.pyplot as plt\n{}"
        "plt.plot([-1, 2], [-3, 4], label='기울기')\nplt.title('손실 함수')\nplt.xticks([-1, 2], ['가', '나'])\n"
        "plt.legend()\nplt.show()"
    )

    @needs_korean
    @pytest.mark.parametrize(
        "font",
        [
            "",
            "plt.rcParams['font.family'] = 'Malgun Gothic from another machine'\n",
            "plt.rc('font', family='serif')\n",
            "plt.rcParams['axes.unicode_minus'] = True\n",
        ],
    )
    def test_letters_are_no_boxes(self, run, caplog, font):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            _, outcome = run(self.CODE.format(font))
        assert outcome.notes == ["saved the picture slide-1.png"]
        assert "not found" not in caplog.text

    @needs_korean
    def test_the_letters_themselves_are_drawn(self, run, tmp_path):
        pixels = []
        for text in ("가", "힣"):
            run(f"import matplotlib.pyplot as plt\nplt.figtext(0.5, 0.5, '{text}', size=40)\nplt.show()")
            pixels.append(plt.imread(tmp_path / "slide-1.png"))
        assert not np.array_equal(*pixels)  # boxes would be alike

    def test_without_a_font_it_is_told_once(self, run, monkeypatch):
        monkeypatch.setattr(lettering, "_korean_font", lambda: ())
        monkeypatch.setattr(lettering, "_installed", lambda: {"DejaVu Sans"})
        _, outcome = run(self.CODE.format("") + "\n" + self.CODE.format(""))
        assert outcome.notes == ["saved the picture slide-1.png", lettering.INSTALL, "saved the picture slide-2.png"]

    def test_a_font_without_a_minus_sign(self, monkeypatch):
        letters = {"Own": {lettering.HANGUL}, "DejaVu Sans": {lettering.MINUS}}
        monkeypatch.setattr(lettering, "letters_of", lambda family: letters[family])
        monkeypatch.setattr(lettering, "_installed", lambda: {*letters})
        monkeypatch.setattr(lettering, "_korean_font", lambda: ())
        for family, has_minus in (("Own", False), ("DejaVu Sans", True)):
            with mpl.rc_context({"font.family": [family], "axes.unicode_minus": True}):
                lettering.with_korean(plt.figure())
                assert mpl.rcParams["axes.unicode_minus"] is has_minus
        plt.close("all")

    def test_the_order_of_fonts(self, monkeypatch):
        monkeypatch.setattr(lettering, "_installed", lambda: {"DejaVu Sans", "NanumGothic", "Gulim"})
        monkeypatch.setattr(lettering, "_korean_font", lambda: ("NanumGothic",))
        assert lettering.families_with_korean(("Malgun Gothic",)) == ["NanumGothic", "DejaVu Sans"]
        assert lettering.families_with_korean(("Gulim",)) == ["Gulim", "DejaVu Sans", "NanumGothic"]
        assert lettering.families_with_korean(("sans-serif",)) == ["sans-serif", "DejaVu Sans", "NanumGothic"]
