"""Python 2: what is mended, what is told, and that modules beside the script are treated alike."""

import pytest

from glassnet.legacy.running.problems import ScriptError


def notes(outcome):
    return [note.rpartition("slide.py, ")[2] for note in outcome.notes]


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("print", ""),
        ("print -1", "-1"),
        ("print [1, 2]", "[1, 2]"),
        ("print ('%d') % 3", "3"),
        ("print ('a'), 1", "a 1"),
        ("print 'a', (1,\n  2), 'b'  # note", "a (1, 2) b"),
        ("if 1: print 'a'; print", "a\n"),
        ("import sys\nprint >>sys.stdout, 'x', 3", "x 3"),
        ("import sys\nprint >>sys.stdout", ""),
        ("import sys\nfor i in 1, 2: print >>sys.stdout, i,", "1 2 "),
        ("try:\n    raise ValueError, 'no'\nexcept (ValueError, IOError), e: print e", "no"),
        ("x = 3\nprint `x` + 'a', 1 <> 2, 10L, ur'\\d'", "3a True 10 \\d"),
        ("exec 'a = 5'\nprint a", "5"),
        ("print sum(xrange(4)), unicode(3), long(2), unichr(65), reduce(max, [1, 4]), cmp(1, 2)", "6 3 2 A 4 -1"),
        (
            "d = {1: 2}\nprint d.has_key(1), list(d.iteritems()), list(d.itervalues()), iter([7]).next()",
            "True [(1, 2)] [2] 7",
        ),
        ("import cPickle as p, StringIO, Queue\nprint p.loads(p.dumps([1])), StringIO.StringIO('a').read()", "[1] a"),
        ("from itertools import izip\nimport time\nprint list(izip('a', 'b')), time.clock() > 0", "[('a', 'b')] True"),
    ],
)
def test_it_prints_what_python_2_printed(run, code, printed):
    out, outcome = run(code)
    assert out.removesuffix("\n") == printed
    assert notes(outcome)


@pytest.mark.parametrize(
    "code",
    [
        "print('a'), print('b')",
        "print.__doc__",
        "xrange = range\nxrange(3)",
        "class Node:\n    def next(self): return 1\nNode().next()",
        "3 / 2",
        "print('a', 1)",
        "def has_key(d): return 3\nprint(has_key({}))",
        "print('x') if 1 else 2",
    ],
)
def test_python_3_is_left_alone(run, code):
    assert run(code)[1].notes == []


def test_what_means_something_else_is_told_with_its_line(run):
    out, outcome = run("""
        print "old"
        print ("a", 1)
        x = 3 / 2
        x = 3 / 2.0
        x /= 4
        n = 7
        n /= 2
        for i in range(3): n = len("abc") / 2
        print map(str, [1])
        y = lambda: input()
    """)
    assert [line for line in out.splitlines() if "map" not in line] == ["old", "a 1"]
    told = [note for note in notes(outcome) if "print is a function" not in note]
    assert [note.split(":")[0] for note in told] == ["line 2", "line 9", "line 10", "line 3", "line 7", "line 8"]
    assert "tuple" in told[0]
    assert "list(…)" in told[1]
    assert "input() returns text" in told[2]
    assert (
        told[3] == "line 3: / of whole numbers has a fraction today; Python 2 rounded down. If that was meant, write //"
    )
    assert "//=" in told[4]


def test_division_is_not_told_where_the_script_asks_for_it(run):
    assert len(run("from __future__ import division\nprint 3 / 2")[1].notes) == 1


def test_a_division_by_zero_names_the_line_alone(run):
    with pytest.raises(ScriptError) as caught:
        run("print 'a'\nx = 1 / 0")
    assert str(caught.value).endswith("slide.py, line 2: ZeroDivisionError: division by zero\n    x = 1 / 0")


class TestModules:
    def test_they_are_mended_too_and_leave_no_cache(self, run, tmp_path):
        (tmp_path / "helper.py").write_bytes(
            "# 한글\nprint 'helped', 3 / 2\ndef f(): return xrange(2)[1]\n".encode("cp949")
        )
        out, outcome = run("import helper\nprint(helper.f())")
        assert out.splitlines() == ["helped 1.5", "1"]
        assert {note.split("helper.py, ")[1].split(":")[0] for note in outcome.notes} == {"line 2", "line 3"}
        assert not (tmp_path / "__pycache__").exists()

    def test_their_errors_name_their_own_file_and_line(self, run, tmp_path):
        path = tmp_path / "helper.py"
        path.write_text("x = 1\ndef f(:\n    pass\n", encoding="utf-8")
        with pytest.raises(ScriptError) as caught:
            run("y = 2\nimport helper")
        assert str(caught.value).split("\n") == [
            f"{path}, line 2: SyntaxError: invalid syntax",
            "    def f(:",
            f"  called from {tmp_path / 'slide.py'}, line 2: import helper",
        ]

    def test_those_in_packages_and_added_folders(self, run, tmp_path):
        for folder in ("pack", "more"):
            (tmp_path / folder).mkdir()
        (tmp_path / "pack" / "__init__.py").write_text("print 'pack'\nfrom pack import inner\n", encoding="utf-8")
        (tmp_path / "pack" / "inner.py").write_text("print 'inner'\n", encoding="utf-8")
        (tmp_path / "more" / "other.py").write_text("print 'other'\n", encoding="utf-8")
        out, _ = run(f"import sys, pack\nsys.path.append({str(tmp_path / 'more')!r})\nimport other")
        assert out.split() == ["pack", "inner", "other"]

    def test_execfile(self, run, tmp_path):
        (tmp_path / "part.py").write_text("print 'part'\nz = 4\n", encoding="utf-8")
        assert run(f"execfile({str(tmp_path / 'part.py')!r})\nprint(z)")[0].split() == ["part", "4"]
