"""Links of the repository become links of the site."""

import pytest

from docs.site.markdown import relink

PAGES = {
    "docs/design.md": "guides/design.md",
    "docs/engine.md": "guides/engine.md",
    "docs/images/times.svg": "guides/images/times.svg",
    "lessons/en": "lessons/index.md",
    "lessons/ko": "../ko/lessons/index.html",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[e](docs/engine.md)", "[e](engine.md)"),
        ("[e](docs/engine.md#threads)", "[e](engine.md#threads)"),
        ("[lessons/en](lessons/en)", "[lessons/en](../lessons/index.md)"),
        ("![times](docs/images/times.svg)", "![times](images/times.svg)"),
        ("[lessons/ko](lessons/ko)", "[lessons/ko](other-site:../../ko/lessons/index.html)"),
        ("[MIT](LICENSE)", "MIT"),
        (
            "see [e]\n\n[e]: docs/engine.md\n[x]: https://example.org",
            "see [e]\n\n[e]: engine.md\n[x]: https://example.org",
        ),
        ("see [mit]\n\n[mit]: LICENSE", "see [mit]\n\n"),
        ("[n](https://numba.pydata.org/), [here](#speed)", "[n](https://numba.pydata.org/), [here](#speed)"),
        ("``[e](docs/engine.md)`` and `[e](docs/engine.md)`", "``[e](docs/engine.md)`` and `[e](docs/engine.md)`"),
        (
            "```python\n[e](docs/engine.md)\n```\n[e](docs/engine.md)",
            "```python\n[e](docs/engine.md)\n```\n[e](engine.md)",
        ),
        ("a[0] (b)", "a[0] (b)"),
    ],
)
def test_a_readmes_links(text, expected):
    assert relink(text, "README.md", "guides/quick-start.md", PAGES) == expected


def test_a_link_is_seen_from_the_file_that_it_stands_in():
    assert relink("[d](design.md) [r](../README.md)", "docs/engine.md", "guides/engine.md", PAGES) == "[d](design.md) r"
