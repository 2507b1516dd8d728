"""What notebooks hold besides Python: it is done, left out with a word, or refused with what to write."""

import json

import pytest

from glassnet.legacy.running.problems import ScriptError


def notebook(*codes):
    return json.dumps({"cells": [{"cell_type": "code", "source": code} for code in codes]})


def words(outcome):
    return [note.rpartition(": ")[2] for note in outcome.notes]


def test_folders_and_files(run, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("one\ntwo\n", encoding="utf-8")
    (tmp_path / "sub" / "part.py").write_text("print 'part'\nz = 4\n", encoding="utf-8")
    cells = notebook(
        f"%cd {tmp_path.as_posix()}/sub",
        "names = !ls\nnames",
        "text = !cat a.txt\nhere = %pwd\ntext, here[-3:]",
        "%run part.py\nz",
        "%cd /no/such/place\nwith open('a.txt') as f: print(len(f.read()))",
        "np.arange(5)?",
        "?np",
    )
    out, outcome = run(cells, "n.ipynb")
    assert out.splitlines() == ["['a.txt', 'part.py']", "(['one', 'two'], 'sub')", "part", "4", "8"]
    assert "there is no folder /no/such/place; files are looked for where they were" in words(outcome)
    assert words(outcome).count("help in a notebook, left out") == 1


def test_writefile(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "foo.py").write_text("mine\n", encoding="utf-8")
    cells = notebook(
        "%%writefile foo.py\nx = '한글'\n", "%%writefile -a foo.py\ny = 2", "!cat foo.py", "import foo\nfoo.x"
    )
    out, outcome = run(cells, "n.ipynb")
    assert out.splitlines() == ["x = '한글'", "y = 2", "'한글'"]
    assert (tmp_path / "foo.py~").read_text(encoding="utf-8") == "mine\n"
    assert "foo.py is written anew; as it was it is kept as foo.py~" in outcome.notes


def test_display_and_get_ipython(run, tmp_path):
    (tmp_path / "a.txt").write_text("shown\n", encoding="utf-8")
    out, outcome = run(f"""
        get_ipython().run_line_magic('matplotlib', 'inline')
        get_ipython().magic('cd {tmp_path.as_posix()}')
        get_ipython().system('cat a.txt')
        get_ipython().system('rm a.txt')
        get_ipython().run_cell_magic('time', '', 'w = 3')
        get_ipython().run_cell_magic('html', '', '<b>')
        display(w, "text")
        print(get_ipython().getoutput('ls')[0])
        %time v = w + 1
        display(v)
    """)
    assert out.splitlines() == ["shown", "3", "'text'", "a.txt", "4"]
    assert (tmp_path / "a.txt").exists()
    assert "a cell for html, left out" in outcome.notes


def test_pylab(run):
    assert run("%pylab inline\nprint(arange(2), np.pi > 3)")[0].split() == ["[0", "1]", "True"]


@pytest.mark.parametrize(
    ("code", "advice"),
    [("x = !pip list", "subprocess.run('pip list', shell=True"), ("t = %timeit -o f()", "Write the value as Python.")],
)
def test_what_cannot_be_known_is_refused_with_what_to_write(run, code, advice):
    with pytest.raises(ScriptError) as caught:
        run(code)
    assert code in str(caught.value)
    assert advice in str(caught.value)


def test_no_shell_is_ever_started(run, tmp_path):
    run(f"!touch {tmp_path}/ran\nget_ipython().system('touch {tmp_path}/ran')")
    assert not (tmp_path / "ran").exists()
