"""Korean words are found whatever follows them and whatever they stand in."""

import json
import shutil
import subprocess

import pytest

from docs.site.searching import LONGEST, SPLITTER, SearchInKorean, parts

NODE = shutil.which("node")


@pytest.fixture(scope="module")
def index():
    search = SearchInKorean({})
    return lambda text: {search.stem(word) for word in search.split(text) if search.word_filter(search.stem(word))}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("가중치를 고칩니다", "가중치"),
        ("평균제곱손실이 줄어듭니다", "손실"),
        ("오차역전파법", "역전파"),
        ("층을 쌓습니다", "층"),
        ("MNIST를 배우는", "mnist"),
        ("the derivatives of losses", "deriv"),
        ("활성화 함수를 고릅니다", "활성화함수"),
        ("교차 엔트로피 손실", "교차엔트로피"),
        ("교차 엔트로피 손실", "교차엔트로피손실"),
        ("계산\n그래프", "계산그래프"),
        ("다층 퍼셉트론(MLP)", "다층퍼셉트론"),
        ("경사 하강법은", "경사하강법"),
    ],
)
def test_the_index_has_the_word(index, text, word):
    assert word in index(text)


@pytest.mark.parametrize(
    ("text", "word"), [("손실. 함수", "손실함수"), ("손실, 함수", "손실함수"), ("함수 손실", "손실함수")]
)
def test_only_what_stands_beside_each_other_is_joined(index, text, word):
    assert word not in index(text)


def test_parts_are_all_that_a_word_can_be_found_by():
    assert parts("손실은") == ["손", "손실", "손실은", "실", "실은", "은"]
    assert max(map(len, parts("가" * 30))) == LONGEST


@pytest.mark.skipif(NODE is None, reason="Node.js, which runs the browser's part, is not installed")
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("손실", ["손실"]),
        ("가중치를", ["가중치"]),
        ("층의 수", ["층의", "수"]),
        ("활성화함수를", ["활성화함수"]),
        ("경사하강법", ["경사하강법"]),
        ("MNIST를 배우는", ["MNIST", "배우"]),
        ("gn.Dense(784, 50)", ["Dense", "784", "50"]),
        ("learning rate", ["learning", "rate"]),
        ("gn", ["gn"]),
        ("", []),
    ],
)
def test_what_is_typed_is_split(query, words):
    code = f"{SPLITTER}; console.log(JSON.stringify(splitQuery({json.dumps(query)})))"
    printed = subprocess.run([NODE, "-e", code], capture_output=True, text=True, check=True, encoding="utf-8").stdout
    assert json.loads(printed) == words
