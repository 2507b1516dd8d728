"""The pages of the API reference: every public name once, by subject."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Final

import glassnet as gn
from docs.site.words import Words


@dataclass(frozen=True)
class Topic:
    """A page of the reference: its file's name, its title, and names; "functions.*" is all of a module's."""

    file: str
    title: Words
    names: tuple[str, ...]


TOPICS: Final = (
    Topic("network", Words("Network", "신경망"), ("Network", "load", "gradient_check", "History")),
    Topic("seeing", Words("Seeing every number", "모든 수를 들여다보기"), ("Trace", "load_trace", "draw_graph")),
    Topic("explaining", Words("Why this answer", "왜 이 답인가"), ("Explanation",)),
    Topic("doctor", Words("The doctor", "신경망 진단"), ("Doctor", "learning_rate_range_test")),
    Topic("not-a-digit", Words("Not a digit", "숫자가 아닙니다"), ("NotADigit", "Verdict")),
    Topic(
        "layers",
        Words("Layers", "층"),
        (
            "Dense", "Maxout", "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Identity", "Dropout",
            "BatchNorm", "Layer",
        ),
    ),
    Topic("initializers", Words("Initial values", "초깃값"), ("initializers.*",)),
    Topic("losses", Words("Losses", "손실 함수"), ("losses.*", "NamedLoss", "Loss")),
    Topic(
        "optimizers",
        Words("Optimizers", "최적화 기법"),
        ("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW", "Optimizer"),
    ),
    Topic("schedules", Words("Learning-rate schedules", "학습률 일정"), ("schedules.*",)),
    Topic("callbacks", Words("Callbacks", "콜백"), ("callbacks.*",)),
    Topic("metrics", Words("Metrics and calibration", "지표와 확률 보정"), ("metrics.*",)),
    Topic("functions", Words("Activation functions", "활성화 함수"), ("functions.*",)),
    Topic(
        "calculus",
        Words("Numerical differentiation and descent", "수치 미분과 경사 하강법"),
        ("numerical_diff", "numerical_gradient", "gradient_descent"),
    ),
    Topic("perceptron", Words("Perceptron and logic gates", "퍼셉트론과 논리 게이트"), ("Perceptron", "gates.*")),
    Topic(
        "graphs",
        Words("Computational graphs", "계산 그래프"),
        ("Variable", "affine", "softmax_with_loss", "lecture_layers.*"),
    ),
    Topic(
        "data",
        Words("Data", "데이터"),
        (
            "load_mnist", "load_fashion_mnist", "load_data", "batches", "read_mnist_csv", "read_idx", "read_npz",
            "read_image_folder", "read_legacy_pickle", "digit_from_picture", "one_hot", "Dataset", "Augmentation",
        ),
    ),
    Topic(
        "other-frameworks",
        Words("PyTorch, Keras, scikit-learn", "PyTorch, Keras, scikit-learn"),
        (
            "from_torch", "to_torch", "save_torch", "from_keras", "to_keras", "save_keras", "from_sklearn",
            "to_sklearn",
        ),
    ),
    Topic(
        "exchange",
        Words("Models in and out", "모델 내보내기와 가져오기"),
        ("export", "export_onnx", "import_onnx", "export_python", "export_c", "export_javascript"),
    ),
    Topic("plots", Words("Pictures", "그림"), ("plots.*",)),
    Topic("lessons", Words("The lessons' checker", "연습 문제 채점"), ("lessons.*",)),
    Topic("legacy", Words("The lectures' own code", "강의의 코드"), ("legacy.*",)),
    Topic("errors", Words("Errors", "오류"), ("GlassnetError",)),
)  # fmt: skip

# Their methods come from classes that are not public themselves.
_WITH_INHERITED: Final = {"Variable", "Network", "Trace"}
_INTERNAL_MEMBERS: Final = (
    "as_input, as_targets, as_weights, compiled_prediction, count_row, describe_layer, same_with, output_kind, "
    "output_layer, multiplications, refusal_for_file, take_refusal"
)


def value_of(name: str) -> Any:
    """Return what a public name stands for: `value_of("gates.AND")` is `gn.gates.AND`."""
    value: Any = gn
    for part in name.split("."):
        value = getattr(value, part)
    return value


@cache
def public_names() -> frozenset[str]:
    """Return every public name but modules: those of `gn.__all__`, and those of its modules as `functions.relu`.

    >>> "Network" in public_names(), "functions.relu" in public_names(), "functions" in public_names()
    (True, True, False)
    """
    found = set()
    for name in gn.__all__:
        value = getattr(gn, name)
        found |= {f"{name}.{inner}" for inner in value.__all__} if isinstance(value, ModuleType) else {name}
    return frozenset(name for name in found - {"__version__"} if not isinstance(value_of(name), ModuleType))


def names_of(topic: Topic) -> list[str]:
    """Return the names on a topic's page.

    >>> names_of(TOPICS[1])
    ['Trace', 'load_trace', 'draw_graph']
    """
    return [
        each
        for name in topic.names
        for each in (sorted(_names_in(name[:-2]), key=str.casefold) if name.endswith(".*") else [name])
    ]


def _names_in(module: str) -> list[str]:
    return [name for name in public_names() if name.startswith(f"{module}.")]


def page(topic: Topic, language: str) -> str:
    """Return a topic's page in reStructuredText.

    >>> print(page(TOPICS[1], "ko"))
    모든 수를 들여다보기
    ======================
    <BLANKLINE>
    .. py:currentmodule:: glassnet
    <BLANKLINE>
    .. autoclass:: glassnet.Trace
       :members:
       :inherited-members: object, ABC, Mapping
       :exclude-members: as_input, as_targets, ...
    <BLANKLINE>
    .. autofunction:: glassnet.load_trace
    <BLANKLINE>
    .. autofunction:: glassnet.draw_graph
    <BLANKLINE>
    """
    title = topic.title.within(language)
    modules = [value_of(name[:-2]).__name__ for name in topic.names if name.endswith(".*")]
    blocks = [f"{title}\n{'=' * 2 * len(title)}", ".. py:currentmodule:: glassnet"]
    blocks += [f".. automodule:: {module}\n   :no-index:" for module in modules]
    blocks += [".. py:currentmodule:: glassnet" for _ in modules[:1]]
    return "\n\n".join(blocks + [_entry(name) for name in names_of(topic)]) + "\n"


def _entry(name: str) -> str:
    value = value_of(name)
    if inspect.isclass(value):
        return _class_entry(name, value)
    if hasattr(value, "truth_table"):
        table = str(value).replace("\n", "\n      ")
        return f".. py:data:: {name}\n\n   ::\n\n      {table}"
    return f".. autofunction:: glassnet.{name}"


def _class_entry(name: str, value: type) -> str:
    public_classes = {value_of(each) for each in public_names() if inspect.isclass(value_of(each))}
    lines = [f".. autoclass:: glassnet.{name}"]
    # A Sigmoid's methods are those of Layer, which has its own entry.
    if not public_classes & set(value.__mro__[1:]):
        lines.append("   :members:")
    if name in _WITH_INHERITED:
        lines += ["   :inherited-members: object, ABC, Mapping", f"   :exclude-members: {_INTERNAL_MEMBERS}"]
    return "\n".join(lines)
