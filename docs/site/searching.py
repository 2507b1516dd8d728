"""Searching: a Korean word is found whatever particle follows it, and `gn.Dense` finds `Dense`.

Sphinx brings no Korean. Its index maps whole words to pages, but Korean words carry particles ("가중치를",
"가중치는") and are joined ("손실함수"), and many have two letters only. So every part of a Korean word is put into the
index, and particles are taken off what is searched for. Whether a compound is written with a blank is a matter of
taste ("경사 하강법", "경사하강법"): words that stand beside each other are in the index joined as well. Other words are
treated as English.
"""

from __future__ import annotations

import re
from typing import Final

from sphinx.search.en import SearchEnglish

_WORDS: Final = re.compile(r"[가-힣]+|[^\W가-힣]+")
_ROWS: Final = re.compile(r"[가-힣]+(?:\s[가-힣]+)+")
PARTICLES: Final = (
    "으로서|으로써|에서는|에서|에게|까지|부터|이란|이나|보다|처럼|으로|은|는|이|가|을|를|의|에|로|와|과|도|만|란"
)
LONGEST: Final = 8  # letters of a part that is put into the index

# How the browser splits what is typed: where Hangul meets other letters too. A part longer than the index has is
# searched by its beginning. `gn` stands before every name, and is none. (`var`, since the theme loads this after the
# default that it replaces.)
SPLITTER: Final = """
var ENDING = /(PARTICLES)$/;
var splitQuery = (query) => {
  const bare = (word) => word.replace(ENDING, "");
  const words = query.match(/[가-힣]+|(?:(?![가-힣])[\\p{Letter}\\p{Number}_])+/gu) || [];
  const telling = words.filter((word) => bare(word) && word !== "gn");
  return (telling.length ? telling : words).map((word) =>
    /[가-힣]/.test(word) ? (bare(word).length > 1 ? bare(word) : word).slice(0, LONGEST) : word
  );
};
// Excerpts are fetched from the pages, which a browser forbids where the site is opened as files.
if (globalThis.location?.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
""".replace("LONGEST", str(LONGEST)).replace("PARTICLES", PARTICLES)

# Sphinx's own Korean lacks the words for how many pages were found, so that nothing would be said.
COUNT_IN_KOREAN: Final = """
Documentation.TRANSLATIONS["Search finished, found one page matching the search query."] =
  ["${resultCount}개 페이지에서 찾았습니다."];
"""


def parts(word: str) -> list[str]:
    """Return the parts of a Korean word that it can be found by.

    >>> parts("가중치")
    ['가', '가중', '가중치', '중', '중치', '치']
    """
    starts = range(len(word))
    return [word[start:end] for start in starts for end in range(start + 1, min(start + LONGEST, len(word)) + 1)]


def joined(words: list[str]) -> list[str]:
    """Return what words beside each other make when they are written without blanks, as it is searched for.

    Only words without a particle go together with what follows: others are no part of a compound.

    >>> joined(["활성화", "함수를"])
    ['활성화함수']
    >>> joined(["보편", "근사", "정리"])
    ['보편근사', '보편근사정리', '근사정리']
    >>> joined(["가중치를", "곱하고"])
    []
    """
    found = []
    for start in range(len(words)):
        for end in range(start + 2, len(words) + 1):
            before = "".join(words[start : end - 1])
            if len(before) >= LONGEST or _bare(words[end - 2]) != words[end - 2]:
                break
            found.append((before + _bare(words[end - 1]))[:LONGEST])
    return found


def _bare(word: str) -> str:
    """Return a word without its particle, if two letters or more are left, as the browser does."""
    bare = re.sub(f"(?:{PARTICLES})$", "", word)
    return bare if len(bare) > 1 else word


class SearchInEnglish(SearchEnglish):
    """Sphinx's search for pages in English."""

    js_splitter_code = SPLITTER


class SearchInKorean(SearchInEnglish):
    """Search for pages in Korean with English words in between."""

    lang = "ko"
    js_splitter_code = SPLITTER + COUNT_IN_KOREAN
    language_name = "English"  # Sphinx makes the name of the JavaScript stemmer from it, and that is the English one

    def split(self, text: str) -> list[str]:
        """Return the words of a text, of Korean ones every part, and what those beside each other make together."""
        words = _WORDS.findall(text)
        found = [part for word in words for part in (parts(word) if "가" <= word[0] <= "힣" else [word])]
        return found + [compound for row in _ROWS.findall(text) for compound in joined(row.split())]
