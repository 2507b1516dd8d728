"""What the site says itself, in both languages; lessons, guides and docstrings bring their own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Words:
    """One text in English and in Korean.

    >>> Words("Lessons", "과").within("ko")
    '과'
    """

    en: str
    ko: str

    def within(self, language: str) -> str:
        """Return the text in a language, "en" or "ko"."""
        return self.ko if language == "ko" else self.en


LANGUAGE_NAMES: Final = {"en": "English", "ko": "한국어"}

SITE_TITLE: Final = Words("glassnet documentation", "glassnet 문서")
QUICK_START: Final = Words("Quick start", "빠른 시작")
LESSONS: Final = Words("Lessons", "수업")
GUIDES: Final = Words("Guides", "안내서")
API: Final = Words("API reference", "API 참조")

LESSONS_INTRODUCTION: Final = Words(
    "From the perceptron to a network that reads handwritten digits. Each lesson is a notebook that was run, with "
    "questions and exercises; it can be taken from its page, or by `glassnet lesson NUMBER --notebook`.",
    "퍼셉트론에서 손글씨 숫자를 읽는 신경망까지 이어집니다. 각 과는 실행을 마친 노트북이며 질문과 연습 문제가 "
    "들어 있습니다. 노트북은 과마다 그 페이지에서 내려받거나 `glassnet lesson 번호 --notebook`으로 가져옵니다.",
)
GUIDES_INTRODUCTION: Final = Words(
    "How glassnet is built and why, how fast it is, and how the lectures' own code runs today.",
    "glassnet을 어떻게, 왜 이렇게 만들었는지, 얼마나 빠른지, 강의의 코드를 오늘날 어떻게 실행하는지를 다룹니다. "
    "빠른 시작을 뺀 안내서는 영어로 쓰여 있습니다.",
)
IN_ENGLISH: Final = Words("", "이 안내서는 영어로 쓰여 있습니다.")
API_INTRODUCTION: Final = Words(
    "Every public name, by subject. `import glassnet as gn` comes before all examples, which are run by the tests.",
    "공개된 이름을 모두 주제별로 모았습니다. 설명은 코드 안의 docstring에서 온 것이어서 영어입니다. "
    "모든 예제는 `import glassnet as gn` 다음에 실행하며, 테스트가 실제로 실행해 봅니다.",
)
DOWNLOAD: Final = Words("Download this notebook", "이 노트북 내려받기")
