"""Korean particles, which go by how the word before them ends."""

from __future__ import annotations

import re
from typing import Final

ENDINGS: Final = dict(zip("0123456789%²³", "영일이삼사오육칠팔구트곱곱", strict=True))
"""How the last digit or sign of a number is read."""
RIEUL: Final = 8
"""The number of ㄹ among the final consonants."""
_LETTERS: Final = dict(zip("LMNR", "엘엠엔알", strict=True))  # of single letters, those whose names end in a consonant
# An English word that ends in a consonant in Korean too: after l, m, n, ng, and b, c, k, p, t with one short vowel.
_CLOSED: Final = re.compile(r"(?:[lmn]e?|ng|(?<![aeiou])[aeiou][bckpt])$", re.IGNORECASE)
_BOTH: Final = re.compile(r"(?P<before>\S*?)(?P<both>은\(는\)|이\(가\)|을\(를\)|과\(와\)|\(으\)로|\(이\)어야)")
_FORMS: Final = {
    "은(는)": ("은", "는"), "이(가)": ("이", "가"), "을(를)": ("을", "를"), "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"), "(이)어야": ("이어야", "여야"),
}  # fmt: skip


def with_particle(word: str, after_consonant: str, after_vowel: str) -> str:
    """Return a word with the form of a particle that suits it.

    Parameters
    ----------
    word : str
        In Hangul, a number, or in Latin letters, which are taken as Korean says them. Brackets at its end are not said.
    after_consonant, after_vowel : str
        The two forms of the particle.

    Returns
    -------
    str
        With both forms where it cannot be known.

    Examples
    --------
    >>> with_particle("7", "이", "가"), with_particle("구두", "이", "가"), with_particle("coat", "이", "가")
    ('7이', '구두가', 'coat가')
    >>> with_particle("3", "으로", "로"), with_particle("8", "으로", "로")
    ('3으로', '8로')
    >>> with_particle("nand(0, 1)", "은", "는"), with_particle("W", "은", "는"), with_particle("×", "이", "가")
    ('nand(0, 1)은', 'W는', '×이(가)')
    """
    said = re.sub(r"[^\w%]+$", "", word)
    closing = _closing(said)
    if closing is None:
        optional = after_consonant.removesuffix(after_vowel)
        both = f"({optional}){after_vowel}" if optional != after_consonant else f"{after_consonant}({after_vowel})"
        return word + both
    short = closing == 0 or (closing == RIEUL and after_vowel == "로")
    return word + (after_vowel if short else after_consonant)


def _closing(said: str) -> int | None:
    """Return the number of the final consonant of a word as it is said, 0 for none; None if it is not known."""
    last = ENDINGS.get(said[-1:], said[-1:])
    if re.search(r"(?<![A-Za-z])[A-Za-z]$", said):
        last = _LETTERS.get(last.upper(), "가")
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28
    if not (last.isascii() and last.isalpha()):
        return None
    if not _CLOSED.search(said):
        return 0
    return RIEUL if re.search("le?$", said, re.IGNORECASE) else 1


def settled(text: str) -> str:
    """Return a text in which each particle that stands there in both forms has the one that suits the word before.

    >>> settled("nand(0, 1)은(는) 9(이)어야 하는데 None을(를) 돌려주었습니다.")
    'nand(0, 1)은 9여야 하는데 None을 돌려주었습니다.'
    """

    def suiting(match: re.Match[str]) -> str:
        consonant, vowel = _FORMS[match["both"]]
        return with_particle(match["before"], consonant, vowel)

    return _BOTH.sub(suiting, text)
