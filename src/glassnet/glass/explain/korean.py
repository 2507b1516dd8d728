"""Korean particles, which go by how the word before them ends."""

from __future__ import annotations

from typing import Final

ENDINGS: Final = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))
"""How digits are read."""
RIEUL: Final = 8
"""The number of ㄹ among the final consonants."""


def with_particle(word: str, after_consonant: str, after_vowel: str) -> str:
    """Return a word with the form of a particle that suits it; where that cannot be known, with both.

    >>> with_particle("7", "이", "가"), with_particle("구두", "이", "가"), with_particle("coat", "이", "가")
    ('7이', '구두가', 'coat이(가)')
    >>> with_particle("3", "으로", "로"), with_particle("8", "으로", "로")
    ('3으로', '8로')
    """
    last = ENDINGS.get(word[-1:], word[-1:])
    if not "가" <= last <= "힣":
        optional = after_consonant.removesuffix(after_vowel)
        both = f"({optional}){after_vowel}" if optional != after_consonant else f"{after_consonant}({after_vowel})"
        return word + both
    final = (ord(last) - ord("가")) % 28
    short = final == 0 or (final == RIEUL and after_vowel == "로")
    return word + (after_vowel if short else after_consonant)
