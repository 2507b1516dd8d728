"""What a finding says in one language, with places for its evidence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """The sentences of a finding.

    Attributes
    ----------
    title : str
        What it is, in a few words.
    found : str
        The evidence as a sentence.
    why : str
        Why that is harmful.
    advice : str
        What to do.
    """

    title: str
    found: str
    why: str
    advice: str
