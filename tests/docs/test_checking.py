"""What the check of a built site finds."""

import pytest

from docs.site.checking import loads_from_outside, problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<script src="https://example.org/a.js"></script>', ["https://example.org/a.js"]),
        ('<link rel="stylesheet" href="//example.org/a.css">', ["//example.org/a.css"]),
        ('<img src="http://example.org/a.png">', ["http://example.org/a.png"]),
        ("@import 'https://example.org/a.css';", ["https://example.org/a.css"]),
        ("@font-face { src: url('https://example.org/a.woff') }", ["https://example.org/a.woff"]),
        ('<a href="https://example.org">', []),
        ('<link rel="alternate" href="https://example.org">', []),
        ('<script src="../_static/a.js"></script><img src="data:image/png;base64,AA">', []),
        ("a { background: url('data:image/svg+xml;charset=utf-8,<svg xmlns=\"http://www.w3.org/2000/svg\"/>') }", []),
    ],
)
def test_what_is_loaded_from_outside(text, expected):
    assert loads_from_outside(text) == expected


def test_links_lead_somewhere(tmp_path):
    (tmp_path / "ko").mkdir()
    (tmp_path / "index.html").write_text(
        '<a href="ko/a.html#there">1</a> <a href="ko/a.html#nowhere">2</a> <a href="ko/b.html">3</a> <a href="#">4</a>'
        ' <a href="mailto:a@example.org">5</a>'
    )
    (tmp_path / "ko" / "a.html").write_text('<h1 id="there">A</h1> <a href="../index.html">up</a>')
    assert list(problems(tmp_path)) == [
        "index.html leads to ko/a.html#nowhere, where there is no such place",
        "index.html leads to ko/b.html, which is not there",
    ]
