"""An explanation in words and columns: the same sections for the terminal and for a notebook."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from glassnet.glass.explain.texts import WORDS
from glassnet.glass.why_terms import bracketed
from glassnet.mathematics.korean import with_particle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glassnet.glass.explain.contributions import Contributions
    from glassnet.glass.explain.explanation import Explanation

SHOWN = 8
"""How many contributions are listed; the others are added up."""
BAR = 16
"""The letters of the longest bar."""


@dataclass(frozen=True)
class Section:
    """A heading with a table, or with a sentence."""

    heading: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""


def sections_of(explanation: Explanation) -> list[Section]:
    """Return what there is to say, in order."""
    sections = [Section(heading_of(explanation), note=_answer(explanation))]
    if explanation.units is not None:
        sections.append(_contributions(explanation, explanation.units))
    sections.append(_contributions(explanation, explanation.inputs))
    if explanation.neighbours is not None:
        sections.append(_neighbours(explanation))
    if explanation.change_wanted:
        sections.append(_change(explanation))
    return sections


def as_text(explanation: Explanation) -> str:
    """Return the explanation for a terminal."""
    parts = []
    for section in sections_of(explanation):
        lines = [section.heading]
        if section.rows:
            lines += ["  " + line for line in columns((section.header, *section.rows))]
        if section.note:
            lines.append(f"  {section.note}")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay out rows in columns; Hangul takes two places of a terminal.

    >>> columns([("값", "a"), ("1", "b")])
    ['값  a', '1   b']
    """
    widths = [max(map(places, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - places(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def places(text: str) -> int:
    """Return how many places of a terminal a text takes.

    >>> places("뉴런"), places("unit")
    (4, 4)
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def number(value: float) -> str:
    """Write a number that adds up with others.

    >>> number(1.23456), number(-0.00001)
    ('+1.235', '-1e-05')
    """
    return f"{value + 0.0:+.4g}"


def heading_of(explanation: Explanation) -> str:
    """Return what is asked and the number that is explained."""
    words, asked, score = WORDS[explanation.language], explanation.question, number(explanation.score)
    names = {"why": explanation.name_of(asked.why), "score": score}
    if asked.why_not is not None:
        names["why_not"] = explanation.name_of(asked.why_not)
        names["why_not_subject"] = with_particle(names["why_not"], "이", "가")
        names["why_with"] = with_particle(names["why"], "과", "와")
    if asked.kind == "binary":
        return words["binary"].format(**names)
    if asked.kind == "values":
        direct = explanation.logits_name.startswith("A")
        key = ("values" if direct else "net_input") + ("_both" if asked.why_not is not None else "")
        return words[key].format(**names, name=explanation.logits_name)
    if asked.why_not is None:
        return words["class"].format(**names)
    first, second = (float(explanation.logits[index]) for index in (asked.why, asked.why_not))
    return words["classes"].format(**names, first=f"{first:.4g}", second=bracketed(second))


def _answer(explanation: Explanation) -> str:
    asked, words = explanation.question, WORDS[explanation.language]
    if asked.answer is None:
        return ""
    outputs = explanation.outputs.astype(np.float64)
    if len(outputs) == 1:
        outputs = np.array([1 - outputs[0], outputs[0]])
    shown = dict.fromkeys(index for index in (asked.answer, asked.why, asked.why_not) if index is not None)
    each = [words["output"].format(answer=explanation.name_of(i), output=f"{outputs[i]:.4g}") for i in shown]
    return words["answer"].format(answer=explanation.name_of(asked.answer), outputs=", ".join(each))


def _contributions(explanation: Explanation, parts: Contributions) -> Section:
    words, largest = WORDS[explanation.language], parts.largest()
    of_inputs = parts.name == "X"
    kind = ("pixel" if explanation.image_shape else "input") if of_inputs else "unit"
    heading = f"{words[f'{kind}s'].format(name=parts.name)} ({method_of(explanation, parts)})"
    constant = words["at_baseline" if not parts.exact else "biases" if of_inputs else "bias"]
    if parts.exact and not largest:
        return Section(heading, ("", words["adds"]), ((constant, number(parts.constant)),), words["none"])
    shown, rest = largest[:SHOWN], largest[SHOWN:]
    longest = max([abs(parts.constant), *(abs(value) for _, value in shown)]) or 1.0
    rows = [
        (_place(explanation, parts, index), f"{parts.values[index]:.4g}", number(value), _bar(value, longest))
        for index, value in shown
    ]
    if rest:
        rows.append((words["others"].format(count=len(rest)), "", number(sum(value for _, value in rest)), ""))
    rows.append((constant, "", number(parts.constant), _bar(parts.constant, longest)))
    if not parts.exact:
        rows.append((words["error"], "", number(parts.error), ""))
    rows.append((words["sum"], "", number(parts.total), ""))
    return Section(heading, (words[kind], words["value"], words["adds"], ""), tuple(rows))


def method_of(explanation: Explanation, parts: Contributions) -> str:
    """Return how contributions were found, with the error if they are not exact."""
    words = WORDS[explanation.language]
    key = "exact" if parts.exact else "integrated" if parts.complete else "incomplete"
    return words[key].format(points=parts.points, error=number(parts.error))


def _place(explanation: Explanation, parts: Contributions, index: int) -> str:
    if parts.name == "X" and explanation.image_shape:
        row, column = divmod(index, explanation.image_shape[1])
        return f"{row}, {column}"
    return f"{parts.name}[0,{index}]"


def _bar(value: float, longest: float) -> str:
    """Return a bar of blocks for what adds, of dashes for what takes away: told apart without colours."""
    return ("█" if value > 0 else "╌") * round(BAR * abs(value) / longest)


def _neighbours(explanation: Explanation) -> Section:
    words, near = WORDS[explanation.language], explanation.neighbours
    assert near is not None  # noqa: S101  # asked for only where there are
    column = "target" if explanation.question.kind == "values" else "class_column"
    rows = tuple(
        (str(index), label_of(explanation, position), f"{distance:.4g}")
        for position, (index, distance) in enumerate(zip(near.indices, near.distances, strict=True))
    )
    header = words["row"], words[column], words["distance"]
    return Section(words["neighbours"].format(name=near.name), header, rows)


def label_of(explanation: Explanation, position: int) -> str:
    """Return the class of a neighbour, or its target values."""
    assert explanation.neighbours is not None  # noqa: S101  # asked for only where there are
    target = explanation.neighbours.targets[position]
    if explanation.question.kind == "values":
        return ", ".join(f"{value:.4g}" for value in np.ravel(target))
    return explanation.name_of(int(target))


def _change(explanation: Explanation) -> Section:
    words, change = WORDS[explanation.language], explanation.change
    if change is None:
        return Section(words["change"], note=words["not_turned"])
    turned = words["turned"].format(
        before=explanation.name_of(change.before),
        after=explanation.name_of(change.after),
        after_to=with_particle(explanation.name_of(change.after), "으로", "로"),
        size=f"{change.size:.4g}",
        changed=change.changed,
        of=len(change.delta),
        numbers=words["numbers_pixels" if explanation.image_shape else "numbers_inputs"],
        margin=f"{change.margin:.2g}",
    )
    limits = "" if change.limits is None else words["limits"].format(low=change.limits[0], high=change.limits[1])
    return Section(words["change"], note=f"{turned} {limits}".rstrip())


def grey_range(explanation: Explanation) -> tuple[float, float]:
    """Return which numbers are black and white: the limits of the pixels, or the least and the greatest there are."""
    if explanation.change is not None and explanation.change.limits is not None:
        return explanation.change.limits
    low, high = float(explanation.x.min()), float(explanation.x.max())
    return (low, high) if high > low else (low, low + 1)
