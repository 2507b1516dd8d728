"""Findings and reports: two languages, plain values for JSON, text that HTML cannot mistake for its own."""

import json
import re

import numpy as np
import pytest

import glassnet as gn
from glassnet.glass.doctor.finding import TEXTS, Finding, Report
from glassnet.mathematics.checks import ArgumentError

WARNING = Finding("class-missing", "warning", {"classes": [3], "n_classes": 10, "rows": 500})
ERROR = Finding("softmax-of-one", "error", {"output": 1.0})


def test_both_languages_know_the_same_findings_with_the_same_evidence():
    english, korean = TEXTS["en"], TEXTS["ko"]
    assert english.keys() == korean.keys()
    for code, text in english.items():
        for part in ("title", "found", "why", "advice"):
            written = getattr(text, part), getattr(korean[code], part)
            assert all(written), (code, part)
            fields = [set(re.findall(r"{([a-z_]+)", words)) for words in written]
            assert fields[0] == fields[1], (code, part)


def test_errors_come_first():
    assert Report([WARNING, ERROR]).codes == ("softmax-of-one", "class-missing")


def test_a_report_is_a_sequence_of_findings():
    report = Report([WARNING])
    assert (len(report), report[0], list(report)) == (1, WARNING, [WARNING])
    assert "class-missing" in report
    assert WARNING in report
    assert "leak" not in report
    assert not Report([])
    with pytest.raises(ArgumentError, match="Did you mean 'class-missing'"):
        report.finding("class-misssing")


def test_it_prints_in_either_language():
    assert str(Report([WARNING], examined=("data",))).splitlines() == [
        "WARNING  A class without any sample  [class-missing]",
        "  found: None of the 500 rows belongs to class [3], of the 10 classes that the network has outputs for.",
        "  why: The network learns never to give that answer.",
        "  do: Check how labels were read and data was split; take samples of every class, or leave the output out.",
        "",
        "Examined: data.",
    ]
    korean = Report([WARNING]).within("ko")
    assert str(korean).startswith("주의  표본이 하나도 없는 클래스  [class-missing]\n  증거: ")
    assert (
        str(Report([], examined=("data", "units"), language="ko")) == "이상을 찾지 못했습니다. 살펴본 것: 데이터, 뉴런."
    )
    with pytest.raises(ArgumentError, match="language"):
        Report([], language="de")


def test_it_becomes_json_even_with_nan():
    bad = Finding("constant-column", "warning", {"column": 2, "value": np.inf, "rows": 9, "count": 1, "columns": 4})
    plain = json.loads(json.dumps(Report([bad, ERROR], examined=("data",)).to_dict(), allow_nan=False))
    assert [finding["code"] for finding in plain["findings"]] == ["softmax-of-one", "constant-column"]
    assert plain["findings"][1]["evidence"]["value"] is None
    assert plain["examined"] == ["data"]


def test_html_shows_names_as_they_are():
    class Odd(gn.Layer):
        def __repr__(self):
            return "<b>Odd</b>"

    words = {"first": repr(Odd()), "second": "layer 2", "rank": 1, "parameters": 4, "needed": 2}
    shown = Report([Finding("linear-layers", "warning", words)])._repr_html_()
    assert "&lt;b&gt;Odd&lt;/b&gt;" in shown
    assert "<b>" not in shown
    assert "<p>" in Report([])._repr_html_()
