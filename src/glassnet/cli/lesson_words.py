"""What `glassnet lesson` says when something is wrong, and of figures, in both languages."""

from __future__ import annotations

from typing import Final

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "needs-lesson": (
        "--{option}에는 과가 필요합니다. 하나를 고르세요: glassnet lesson 2 --{option}",
        "--{option} needs a lesson. Name one: glassnet lesson 2 --{option}",
    ),
    "force": (
        "--force는 --notebook이 파일을 덮어써도 된다는 뜻입니다. --notebook을 붙이거나 --force를 빼세요.",
        "--force says that --notebook may overwrite a file. Add --notebook, or leave it out.",
    ),
    "does-not-run": (
        "{number}과가 여기서는 실행되지 않습니다: {error}",
        "lesson {number} does not run here: {error}",
    ),
    "is-there": (
        "{target} 파일이 이미 있습니다. 여러분의 답이 들어 있을지도 모릅니다. 다른 이름을 주거나 --force를 붙이세요.",
        "{target} is there already, perhaps with your answers. Name another file, or add --force.",
    ),
    "no-jupyter": (
        """\
Jupyter가 설치되어 있지 않아 {target} 파일을 쓰기만 했습니다.
`pip install jupyterlab` 다음에 `jupyter lab {target}`을 실행하거나, 그 파일을 Colab이나 VS Code에서 여세요.""",
        """\
Jupyter is not installed, so {target} was written but not opened. Install it by `pip install jupyterlab`,
then `jupyter lab {target}`; or open the file in Colab or VS Code.""",
    ),
    "no-folder": (
        "{path} 폴더가 없습니다. 먼저 만드세요: mkdir -p {path}",
        "the folder {path} is not there. Make it first: mkdir -p {path}",
    ),
    "not-ipynb": (
        "노트북의 이름은 .ipynb로 끝나야 하는데 {path}입니다. {path}.ipynb처럼 쓰세요.",
        "a notebook's name ends in .ipynb, got {path}. Write for example {path}.ipynb",
    ),
    "figure": ("[그림 {name}: --notebook으로 보세요]", "[figure {name}: see it by --notebook]"),
}


def said(language: str, what: str, **values: object) -> str:
    """Return words in "ko" or "en".

    >>> said("ko", "figure", name="xor"), said("en", "figure", name="xor")
    ('[그림 xor: --notebook으로 보세요]', '[figure xor: see it by --notebook]')
    """
    korean, english = _WORDS[what]
    return (korean if language == "ko" else english).format(**values)
