"""What a run leaves as it was, what it finds beside the script, and what it says when the script fails."""

import builtins
import os
import pickle
import shelve
import subprocess
import sys
import time
import warnings
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d import Axes3D

import glassnet as gn
from glassnet.legacy.running.numpy_names import NAMES, lost_names
from glassnet.legacy.running.problems import ScriptError


def state():
    return (
        builtins.open, os.path.exists, Path.is_file, [*vars(builtins)], pickle.load, pickle.loads, shelve.Unpickler,
        np.loadtxt, np.percentile, plt.show, mpl.use, Axes3D.__init__, hasattr(time, "clock"),
        Figure.gca, sys.displayhook, sys.argv,
        sys.modules["__main__"], [*sys.path], [*sys.meta_path], os.environ.copy(), Path.cwd(), np.get_printoptions(),
        np.geterr(), [*warnings.filters], {name for name in NAMES if name in vars(np)}, plt.get_fignums(),
        {name for name in sys.modules if name.split(".")[0] in {"common", "dataset", "joy", "two_layer_net", "own"}},
    )  # fmt: skip


@pytest.mark.parametrize("end", ["", "raise ValueError('no')", "import sys; sys.exit(5)"])
def test_all_is_as_it_was_before(run, tmp_path, end):
    (tmp_path / "own.py").write_text("import numpy as np\nzero = np.int(0.5)\n", encoding="utf-8")
    before = state()
    code = f"""
        import os, sys, numpy as np, matplotlib.pyplot as plt
        import common.functions, dataset.mnist, joy, two_layer_net, own, cPickle
        sys.path.append(os.pardir)
        os.chdir("/")
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        print(np.float_(1) / 3, own.zero)
        plt.plot([1, 2])
        {end}
    """
    if "ValueError" in end:
        with pytest.raises(ScriptError, match="ValueError: no"):
            run(code)
    else:
        out, outcome = run(code)
        assert out.split()[-1] == "0"
        assert outcome.status == (5 if end else 0)
    assert state() == before


def test_every_lost_name_of_numpy_is_there(run):
    names = lost_names()
    assert {"int", "float", "asfarray", "round_", "product", "NaN", "float_", "asscalar"} <= set(names)
    out, _ = run(f"import numpy as np\nprint(sum(hasattr(np, name) for name in {sorted(names)!r}))")
    assert int(out) == len(names)
    out, _ = run("""
        import numpy as np
        print(np.product([2, 3]), np.cumproduct([2, 3]), np.sometrue([0, 1]), np.alltrue([0, 1]), np.round_(0.52, 1))
        print(np.in1d([[1, 2], [3, 4]], [2, 3]), np.trapz([0, 2]), np.row_stack([[1], [2]]).shape)
        print(np.asscalar(np.ones(1)))
        print(np.msort(np.array([2, 1])), -np.Inf, np.NaN, np.asfarray([1, 2], np.int).dtype, np.mat("1 2").shape)
    """)
    assert out.splitlines() == [
        "6 [2 6] True False 0.5",
        "[False  True  True False] 1.0 (2, 1)",
        "1.0",
        "[1 2] -inf nan float64 (1, 2)",
    ]


def test_the_script_is_main_with_its_arguments(run, tmp_path):
    out, _ = run(
        """
        import sys, pickle
        class Kept:
            pass
        print(__name__, sys.argv[1:], pickle.dumps(Kept())[:2] == b"\\x80\\x04", __file__ == sys.argv[0])
        from __main__ import Kept as same
        print(same is Kept)
        """,
        arguments=["--lr", "0.1"],
    )
    assert out.splitlines() == ["__main__ ['--lr', '0.1'] True True", "True"]


class TestModules:
    def test_those_of_the_folder_come_first(self, run, tmp_path):
        (tmp_path / "common").mkdir()
        (tmp_path / "common" / "functions.py").write_text("def softmax(x):\n    return 'own'\n", encoding="utf-8")
        out, _ = run("""
            from common.functions import softmax
            from common.gradient import numerical_gradient
            print(softmax(1), numerical_gradient.__module__)
        """)
        assert out.split() == ["own", "glassnet.mathematics.numerical"]

    def test_a_parent_that_is_added_is_the_scripts_own(self, run, tmp_path):
        (tmp_path / "joy.py").write_text("who = 'parent'\n", encoding="utf-8")
        (tmp_path / "ch03").mkdir()
        look = "import joy\nprint(getattr(joy, 'who', 'glassnet'))"
        assert run(look, "ch03/a.py")[0].strip() == "glassnet"
        assert run(f"import sys, os\nsys.path.append(os.pardir)\n{look}", "ch03/b.py")[0].strip() == "parent"

    def test_what_is_not_provided(self, run):
        with pytest.raises(ScriptError, match=r"(?s)cannot import name 'softmx'.*`glassnet legacy list`.*'softmax'\?"):
            run("from common.functions import softmx")

    def test_install_for_a_notebook(self):
        undo = gn.legacy.install()
        try:
            from common.functions import softmax

            assert np.round(softmax([0.0, 0.0]), 1).tolist() == [0.5, 0.5]
        finally:
            undo.close()
        assert not hasattr(np, "round_")
        assert "common" not in sys.modules

    def test_what_a_virtual_environment_in_the_folder_holds_stays_loaded(self, tmp_path, monkeypatch):
        site = tmp_path / "env" / "lib" / "site-packages"
        site.mkdir(parents=True)
        (site / "installed_there.py").write_text("", encoding="utf-8")
        monkeypatch.syspath_prepend(str(site))
        with gn.legacy.install(tmp_path):
            import installed_there  # noqa: F401
        assert sys.modules.pop("installed_there", None) is not None


class TestFiles:
    def test_csv_rows_are_the_digits(self, tmp_path, run):
        out, _ = run("""
            with open("nowhere/mnist_test.csv") as file:
                print(file.read(), end="")
        """)
        path = tmp_path / "copy.csv"
        path.write_text(out, encoding="utf-8")
        images, labels = gn.read_mnist_csv(path)
        _, (x, t) = gn.load_mnist(normalize=False)
        assert np.array_equal(images, x)
        assert np.array_equal(labels, t)

    def test_other_ways_to_open_them(self, run):
        out, _ = run("""
            import csv, io, numpy as np
            from pathlib import Path
            name = "mnist_dataset/mnist_train_100.csv"
            print(len(open(name, "rb").readlines()), len(list(csv.reader(open(name)))))
            print(np.loadtxt(name, delimiter=",").shape)
            print(Path(name).open().readline()[:4], np.genfromtxt("mnist_test_10.csv", delimiter=",")[:, 0])
        """)
        assert out.splitlines() == ["100 100", "(100, 785)", "5,0, [7. 2. 1. 0. 4. 1. 4. 9. 5. 9.]"]

    def test_the_users_own_file_comes_first(self, run, tmp_path):
        (tmp_path / "mnist_test.csv").write_text("own\n", encoding="utf-8")
        assert run("with open('/content/mnist_test.csv') as f:\n    print(f.read())")[0].strip() == "own"

    def test_writing_and_other_missing_files_are_as_ever(self, run, tmp_path):
        run(f"with open({str(tmp_path / 'mnist_train.csv')!r}, 'w') as f:\n    f.write('x')")
        assert (tmp_path / "mnist_train.csv").read_text(encoding="utf-8") == "x"
        assert run("try:\n    open('gone.txt')\nexcept IOError as error:\n    print(error.errno)")[0].strip() == "2"

    def test_pickles_are_only_read(self, run, tmp_path):
        out, _ = run("""
            import pickle, numpy as np
            with open(__file__ + ".pkl", "wb") as f:
                pickle.dump({"W1": np.eye(2), "n": [1, "two"]}, f)
            with open(__file__ + ".pkl", "rb") as f:
                print(pickle.load(f, encoding="latin1"), pickle.loads(pickle.dumps(3)))
        """)
        assert out == "{'W1': array([[1., 0.],\n       [0., 1.]]), 'n': [1, 'two']} 3\n"
        (tmp_path / "evil.pkl").write_bytes(b"cos\nsystem\n(S'touch ran'\ntR.")
        for load in ("pickle.load(f)", "pickle.loads(f.read())"):
            with pytest.raises(ScriptError, match=r"(?s)it asks for 'os.system'.*pickle.load"):
                run(f"import pickle\nwith open('evil.pkl', 'rb') as f:\n    {load}")

    def test_several_pickles_in_one_file(self, run):
        out, _ = run("""
            import pickle, collections
            with open(__file__ + ".pkl", "wb") as f:
                for each in (collections.OrderedDict(W1=1), {3}, [5]):
                    pickle.dump(each, f)
            with open(__file__ + ".pkl", "rb") as f:
                while True:
                    try:
                        print(pickle.load(f))
                    except EOFError:
                        break
            with open(__file__ + ".pkl") as f:
                print(pickle.load(f), pickle.loads(b"K\x07.rest"))
        """)
        assert out.splitlines() == ["OrderedDict({'W1': 1})", "{3}", "[5]", "OrderedDict({'W1': 1}) 7"] or (
            "OrderedDict([('W1', 1)])" in out
        )

    def test_paths_of_windows(self, run, tmp_path):
        (tmp_path / "own.csv").write_text("here\n", encoding="utf-8")
        out, _ = run(r"""
            import os
            name = r"C:\Users\kim\data\mnist_test_10.csv"
            print(len(open(name).readlines()), os.path.exists(name), os.path.exists(r"C:\data\other.csv"))
            with open(r"D:\data\own.csv") as f:
                print(f.read())
        """)
        assert out.split() == ["10", "True", "False", "here"]

    def test_going_back_in_served_rows(self, run):
        out, _ = run("""
            f = open("mnist_test_10.csv")
            first = f.readline()
            rest = f.read()
            f.seek(0)
            print(f.readline() == first, f.read() == rest, f.seek(len(first)) == len(first), f.readline()[:2])
            b = open("mnist_test_10.csv", "rb")
            b.seek(-5, 2)
            print(b.read() == rest[-5:].encode(), b.tell() == len(first + rest))
        """)
        assert out.split() == ["True", "True", "True", "2,", "True", "True"]

    @pytest.mark.parametrize(
        "code",
        [
            "pickle.Unpickler(f).load()",
            "pickle._Unpickler(f).load()",
            "import _pickle; _pickle.loads(f.read())",
            "from concurrent.futures import ThreadPoolExecutor as T; T(1).submit(pickle.loads, f.read()).result()",
            "import multiprocessing.pool as p\n    with p.ThreadPool(1) as t: t.apply(pickle.loads, (f.read(),))",
            "import random; random.load(f)",
            "import cPickle; cPickle.load(f)",
            "import cPickle; cPickle.Unpickler(f).load()",
            "import numpy as np; np.load(f, allow_pickle=True)",
            "import numpy as np; np.loads(f.read())",
            "import shelve; d = shelve.Shelf({b'a': f.read()}); d['a']",
        ],
    )
    def test_no_way_round_runs_what_is_in_a_pickle(self, run, tmp_path, monkeypatch, code):
        monkeypatch.delitem(sys.modules, "random")
        (tmp_path / "random.py").write_text("import pickle\ndef load(f):\n    pickle.load(f)\n", encoding="utf-8")
        (tmp_path / "evil.pkl").write_bytes(b"cbuiltins\nprint\n(S'ran'\ntR.")
        with pytest.raises(ScriptError, match=r"it asks for 'builtins.print'|Failed to interpret file"):
            run(f"import pickle\nwith open('{tmp_path.as_posix()}/evil.pkl', 'rb') as f:\n    {code}")


def test_a_notebook_has_its_files_too():
    """IPython gives the cells an `open` of their own, which builtins do not reach."""
    code = (
        "import glassnet as gn\n"
        "with gn.legacy.install(), open('/content/gdrive/My Drive/data/mnist_test.csv') as file:\n"
        "    print(len(file.readlines()))\n"
        "print(open.__wrapped__.__module__)\n"
    )
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout.split() == ["10000", open.__module__], result.stdout + result.stderr


class TestPictures:
    def test_only_pictures_of_an_earlier_run_are_replaced(self, run, tmp_path):
        (tmp_path / "slide-1.png").write_text("mine", encoding="utf-8")
        for _ in range(2):
            _, outcome = run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
            assert [path.name for path in outcome.pictures] == ["slide-2.png"]
        assert (tmp_path / "slide-1.png").read_text(encoding="utf-8") == "mine"

    def test_each_figure_is_saved_once_and_closed(self, run, tmp_path):
        _, outcome = run("""
            import matplotlib.pyplot as plt
            plt.plot([1, 2]); plt.figure(); plt.plot([2, 1])
            plt.show()
            assert not plt.get_fignums()
            plt.hold(True)
            plt.style.use('seaborn')
            from mpl_toolkits.mplot3d import Axes3D
            ax = Axes3D(plt.figure())
            assert ax.figure.axes == [ax] and plt.gca(projection='3d').name == '3d'
            plt.cm.get_cmap('viridis')
        """)
        names = ["slide-1.png", "slide-2.png", "slide-3.png"]
        assert [path.name for path in outcome.pictures] == names
        assert outcome.notes == [f"saved the picture {name}" for name in names]
        assert all((tmp_path / name).stat().st_size > 1000 for name in names)

    def test_the_style_of_a_script_ends_with_it(self, run):
        before = dict(plt.rcParams)
        run("import matplotlib.pyplot as plt\nplt.style.use('seaborn')\nplt.rcParams['lines.markersize'] = 3")
        assert dict(plt.rcParams) == before

    def test_matplotlib_is_mended_when_the_script_loads_it(self, tmp_path):
        """In a process of its own, where nothing has loaded Matplotlib before."""
        (tmp_path / "old.py").write_text(
            "import matplotlib.pylab as plt\nax = plt.figure().gca(projection='3d')\nplt.show()\n", encoding="utf-8"
        )
        command = [sys.executable, "-m", "glassnet", "legacy", "run", "--pictures", "old.py"]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "glassnet: saved the picture old-1.png\n")
        assert (tmp_path / "old-1.png").is_file()


class TestProblems:
    def test_only_the_users_frames_are_shown(self, run, tmp_path):
        (tmp_path / "own.py").write_text(
            "import numpy as np\n\ndef f(x):\n    return np.dot(x, x[:2])\n", encoding="utf-8"
        )
        with pytest.raises(ScriptError) as caught:
            run("import numpy as np\nimport own\nown.f(np.zeros(3))")
        first, line, *callers = str(caught.value).split("\n")
        assert first.startswith(f"{tmp_path / 'own.py'}, line 4: ValueError: shapes (3,) and (2,) not aligned")
        assert line == "    return np.dot(x, x[:2])"
        assert callers == [f"  called from {tmp_path / 'slide.py'}, line 3: own.f(np.zeros(3))"]
        assert "Traceback" not in str(caught.value)

    @pytest.mark.parametrize(
        ("code", "line", "words"),
        [
            ("f = file('a')", 1, "Python 3 calls it open."),
            ("[].has_key(1)", 1, "Write `key in d`."),
            ("[].iteritems()", 1, "Python 3 has items(), keys() and values() alone."),
            ("x = 3\nmap(str, [x])[0]", 2, "It is no list today: put list(…) around it."),
            ("import numpy as np\nnp.zeros(4)[4 / 2]", 2, "A division of whole numbers has a fraction today"),
            (
                "def hello(object)\n    pass",
                1,
                "SyntaxError: expected ':'\n    def hello(object)\n  End the line with a colon.",
            ),
            ("if True:\nprint(1)", 2, "Slides lose indentation: put four spaces before the lines of the block."),
            ("print sorted([], key=lambda (a, b): a)", 1, "Give the parameter one name"),
            ("raise A, 'b', tb", 1, "SyntaxError: invalid syntax"),
            ("return 3", 1, "SyntaxError: 'return' outside function"),
        ],
    )
    def test_a_refusal_shows_the_line_and_the_mend(self, run, code, line, words):
        with pytest.raises(ScriptError) as caught:
            run(code)
        assert f"slide.py, line {line}: " in str(caught.value)
        assert code.split("\n")[line - 1].strip() in str(caught.value)
        assert words in str(caught.value)

    def test_deep_recursion_is_short(self, run):
        with pytest.raises(ScriptError) as caught:
            run("def f(n):\n    return f(n + 1)\nf(0)")
        assert "RecursionError" in str(caught.value)
        assert len(str(caught.value).split("\n")) < 12

    def test_glassnets_own_errors_keep_their_words(self, run):
        with pytest.raises(ScriptError, match=r"line 2: x must hold floating-point numbers"):
            run("import numpy as np; from common.gradient import *\nnumerical_gradient(np.sum, np.array([3, 4]))")

    def test_ctrl_c_goes_through(self, run):
        with pytest.raises(KeyboardInterrupt):
            run("raise KeyboardInterrupt")


class TestReading:
    @pytest.mark.parametrize("cookie", ["latin-1", "euc-kr", "utf-8"])
    def test_what_a_file_says_of_its_encoding(self, run, tmp_path, capsys, cookie):
        from glassnet.legacy.running.runner import run_script

        word = "café" if cookie == "latin-1" else "한글"
        path = tmp_path / "old.py"
        path.write_bytes(f"#!/usr/bin/python\n# -*- coding: {cookie} -*-\nprint('{word}')\n".encode(cookie))
        run_script(path)
        assert capsys.readouterr().out == f"{word}\n"

    def test_what_windows_saves_otherwise(self, tmp_path, capsys):
        from glassnet.legacy.running.runner import run_script

        path = tmp_path / "old.py"
        path.write_bytes("# coding: utf-8\r\nprint('뷁')\r\n".encode("cp949"))
        run_script(path)
        path.write_text("print('가')", encoding="utf-16")
        run_script(path)
        assert capsys.readouterr().out == "뷁\n가\n"

    def test_windows_files_in_korean(self, run, tmp_path):
        path = tmp_path / "slide.py"
        path.write_bytes("print('출력')  # 한글\r\n".encode("cp949"))
        from glassnet.legacy.running.runner import run_script

        run_script(path)
        path.write_bytes(b"\xff\xff\x00\x81")
        with pytest.raises(gn.GlassnetError, match="no text in UTF-8"):
            run_script(path)

    @pytest.mark.parametrize("content", ["{", "[]", '{"cells": [{"source": "x"}]}'])
    def test_no_notebook(self, run, content):
        with pytest.raises(gn.GlassnetError, match="no notebook"):
            run(content, "a.ipynb")

    def test_a_notebook(self, run):
        import json

        codes = [
            "%matplotlib inline\n!pip install x\n!cat slide.txt\nx = 3", "%%bash\nrm -r x", "%%time\nx", "x + 1;",
            "x - 1", "np.array?", "import matplotlib.pyplot as plt\nplt.plot([1, 2]);", "1 / 0",
        ]  # fmt: skip
        cells = [{"cell_type": "code", "source": code} for code in codes]
        cells.insert(1, {"cell_type": "markdown", "source": "# not code"})
        run("print('shown')\n", "slide.txt")
        with pytest.raises(
            ScriptError, match=r"a.ipynb, cell 8, line 1: ZeroDivisionError: division by zero\n    1 / 0"
        ):
            run(json.dumps({"cells": cells}), "a.ipynb")
        cells.pop()
        out, outcome = run(json.dumps({"cells": cells}), "a.ipynb")
        assert out.splitlines() == ["print('shown')", "3", "2"]
        assert [note.rpartition("cell ")[2] for note in outcome.notes] == [
            "1, line 1: a line for a notebook, left out",
            "1, line 2: a line for a shell, left out. Run `pip install x` in a terminal if you need it",
            "1, line 3: the file is shown",
            "2, line 1: a line for a notebook, left out",
            "3, line 1: a line for a notebook, left out",
            "6, line 1: help in a notebook, left out",
            "saved the picture a-1.png",
        ]

    def test_a_file_to_show_that_is_missing_does_not_stop_the_rest(self, run):
        out, outcome = run("!cat data/gone.txt\nprint(1)")
        assert out == "1\n"
        assert outcome.notes[-1] == "data/gone.txt cannot be shown: No such file or directory"

    def test_prints_of_python_2(self, run):
        out, outcome = run("""
            for i in range(2): print i,
            print "%d%s" % (3, "# no comment")   # a comment
            if True: print 'a'; print "b"
        """)
        assert out == "0 1 3# no comment\na\nb\n"
        assert len(outcome.notes) == 4

    def test_typography_stays_where_python_takes_it(self, run):
        out, _ = run("print('“hi”')\nprint(‘plain’)")
        assert out.splitlines() == ["“hi”", "plain"]

    def test_a_transcript_goes_on_after_an_error_and_tells_what_differs(self, run):
        out, outcome = run(
            ">>> 1 / 0\n>>> 2 + 2\n5\n>>> 3\n3\n>>> boom\nTraceback:\nNameError: name 'boom' is not defined",
            "t.txt",
            compare=True,
        )
        assert out.splitlines()[1:3] == ["4", "3"]
        assert (outcome.status, outcome.compared) == (1, 3)
        assert [note.rpartition("t.txt, ")[2] for note in outcome.notes] == [
            "line 1: ZeroDivisionError: division by zero",
            "line 2: got '4', the transcript says '5'",
        ]

    def test_only_transcripts_are_compared(self, run):
        with pytest.raises(gn.GlassnetError, match="no transcript"):
            run("print(1)", compare=True)
