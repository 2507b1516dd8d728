"""What slides lose or misprint: mended where nobody can have meant it, else told with what to write."""

import json

import pytest

from glassnet.legacy.running.problems import ScriptError

NETWORK = """\
class Network:
    # the first slide
    def __init__(self, n):
        self.n = n
    def train(self, rows):
        for row in rows:
            print(row)
"""


def notebook(*codes):
    return json.dumps({"cells": [{"cell_type": "code", "source": code} for code in codes]})


def test_backslashes_of_markdown_are_left_out(run):
    out, outcome = run(
        "training\\_data = [3, 4]\nfor i in training\\_data:\n    if i \\% 2 == 0:\n        print(i, 'a\\\\_b')\n"
    )
    assert out == "4 a\\_b\n"
    assert {note.partition(": ")[2] for note in outcome.notes} == {"a backslash that Markdown wrote is left out"}


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        ("class Man:\n    def__int__(self, name):\n        pass", "Write: def __init__(self, name):"),
        ("class Man:\n    def __int__(self, name):\n        pass\nMan('A')", "`def __init__(self, …):`"),
        ("self.hidden 1 = hidden layer 1", "Perhaps: self.hidden_1 = hidden_layer_1"),
        ("layer4 reverse = (target - layer4)", "Perhaps: layer4_reverse = (target - layer4)"),
        ("if layer 3 is not None:\n    pass", "Perhaps: if layer_3 is not None:"),
        ("import numpy as np\nnp.sgrt(4)", "Did you mean 'sqrt'?"),
        (
            "class A:\n    pass\ndef train(self):\n    pass\nA().train()",
            "`def train(self, …)` stands outside the class A.",
        ),
        ("class A:\n    def train(self):\n        pass\nA().trian()", "Did you mean 'train'?"),
    ],
)
def test_the_mend_is_told(run, code, mend):
    with pytest.raises(ScriptError) as caught:
        run(code)
    assert mend in str(caught.value)


@pytest.mark.parametrize("code", ["x = = 1", "x y z = 3 4", "def __init__(self, a b) 3:\n    pass", "f(1 2)"])
def test_no_mend_is_made_up(run, code):
    with pytest.raises(ScriptError) as caught:
        run(code)
    assert "Perhaps:" not in str(caught.value)
    assert "__init__. Write" not in str(caught.value)


@pytest.mark.parametrize(
    "rest",
    [
        ("    def show(self):\n        print('n', self.n)\n",),
        ("            self.n += row\n", "    # the third slide\n    def show(self):\n        print('n', self.n)\n"),
    ],
)
def test_cells_that_cut_a_class_up_are_run_as_one(run, rest):
    cells = ["x = 1", NETWORK, *rest, "net = Network(3)\nnet.train([1, 2])", "net.show()"]
    out, outcome = run(notebook(*cells), "slides.ipynb")
    assert out.splitlines() == ["1", "2", f"n {6 if len(rest) == 2 else 3}"]
    (note,) = outcome.notes
    assert note.endswith(f"cells 2 to {2 + len(rest)}: one class, which slides cut up; they are run as one cell")


@pytest.mark.parametrize("rest", ["    net = Network(3)\n", "        x = 1\n", "\n# nothing\n    print(1)"])
def test_other_cells_are_not_put_together(run, rest):
    with pytest.raises(ScriptError, match="unexpected indent") as caught:
        run(notebook(NETWORK, rest), "slides.ipynb")
    assert "cell 2, line" in str(caught.value)
    assert "what belongs to the cell before goes into that cell" in str(caught.value)


def test_an_error_in_cells_put_together_names_them_and_the_line(run):
    cells = [NETWORK, "    def show(self):\n        return self.missing\n", "Network(3).show()"]
    with pytest.raises(ScriptError, match=r"cells 1 to 2, line 9: AttributeError"):
        run(notebook(*cells), "slides.ipynb")


def test_a_dict_may_have_another_order_in_a_transcript(run):
    text = """
        >>> me = {'height': 180}
        >>> me['weight'] = 70
        >>> me
        {'weight': 70, 'height': 180}
        >>> me.keys()
        dict_keys(['weight', 'height'])
        >>> me
        {'weight': 71, 'height': 180}
        """
    _, outcome = run(text, "prompt.txt", compare=True)
    assert outcome.compared == 3
    assert len(outcome.differences) == 1
    assert "71" in outcome.differences[0]
