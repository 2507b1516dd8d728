import pytest

from glassnet.lessons.languages import language
from glassnet.lessons.source import parse_lesson

HEADER = """\
%% lesson
number: 7
slug: sample
title_ko: 견본
title_en: A sample
lectures: 000 XOR 문제; 002 퍼셉트론의 한계
minutes: 25
"""


@pytest.fixture
def sample():
    """Parse a lesson of these blocks, below a header that is right but for what is replaced in it."""

    def parse(blocks, old="", new=""):
        return parse_lesson(HEADER.replace(old, new, 1) + blocks, "07-sample.md")

    return parse


@pytest.fixture(autouse=True)
def _english():
    before = language()
    language("en")
    yield
    language(before)
