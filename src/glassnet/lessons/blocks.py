"""What a lesson is made of: prose in two languages, code, questions and exercises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Prose:
    """Markdown in both languages.

    Parameters
    ----------
    line : int
        Where its Korean begins in the file, from 1.
    ko, en : str
    """

    line: int
    ko: str
    en: str

    def text(self, language: str) -> str:
        """Return the Markdown in "ko" or "en"."""
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True)
class Code:
    """A cell of code.

    Parameters
    ----------
    line : int
        Where the code begins in the file, from 1.
    text : str
    prints : str or None
        What it must print, as `comparison.prints_as_said` compares; None if nothing.
    figure : str or None
        The name of the figure that its last expression is.
    """

    line: int
    text: str
    prints: str | None = None
    figure: str | None = None


@dataclass(frozen=True)
class Predict:
    """A question that is asked before the cell that answers it is run."""

    line: int
    name: str
    prose: tuple[Prose, ...]
    code: Code


@dataclass(frozen=True)
class Exercise:
    """A task, and the code that the student starts from."""

    line: int
    name: str
    prose: tuple[Prose, ...]
    code: Code


Block: TypeAlias = Prose | Code | Predict | Exercise


@dataclass(frozen=True)
class Lesson:
    """A lesson as its file holds it.

    Parameters
    ----------
    path : str
        The file.
    number : int
    slug : str
    title_ko, title_en : str
    lectures : tuple of str
        Which parts of which lectures it covers, such as "002 퍼셉트론의 한계".
    minutes : int
    blocks : tuple of Prose, Code, Predict and Exercise
    """

    path: str
    number: int
    slug: str
    title_ko: str
    title_en: str
    lectures: tuple[str, ...]
    minutes: int
    blocks: tuple[Block, ...]

    @property
    def name(self) -> str:
        """Number and slug, such as "03-xor"."""
        return f"{self.number:02}-{self.slug}"

    def title(self, language: str) -> str:
        """Return the title in "ko" or "en"."""
        return self.title_ko if language == "ko" else self.title_en

    @property
    def cells(self) -> tuple[Code, ...]:
        """All code from top to bottom, that of questions and exercises included."""
        return tuple(
            block if isinstance(block, Code) else block.code for block in self.blocks if not isinstance(block, Prose)
        )

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises in their order."""
        return tuple(block for block in self.blocks if isinstance(block, Exercise))

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the figures in their order."""
        return tuple(cell.figure for cell in self.cells if cell.figure is not None)
