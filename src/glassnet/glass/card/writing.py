"""A model card as Markdown: each section from what is known, and the words for what is not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.data.files import as_path, write_atomically
from glassnet.data.preprocessing import Preprocessing
from glassnet.glass.card.markdown import facts, figures, is_number, number, plain, share, size, table
from glassnet.glass.card.measuring import TOP, Measured, measure
from glassnet.glass.card.words import WORDS
from glassnet.glass.summary import summary
from glassnet.mathematics.checks import ArgumentTypeError, DataError, check_choice, describe
from glassnet.training.temperature import KEY as TEMPERATURE
from glassnet.version import __version__

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from pathlib import Path

    from glassnet.training.run import Trainable

LICENCES = {"mnist": "CC BY-SA 3.0 (Yann LeCun, Corinna Cortes; NIST)", "fashion-mnist": "MIT (Zalando SE)"}
"""Of the data sets that glassnet knows by name."""
MOST_IN_TABLE = 20
"""How many classes a confusion matrix may have to be written out."""
MOST_MISTAKES = 10
FEW = 30
"""Of how many samples a figure at least says something."""
CLOSE = 0.01
"""How near mean confidence and accuracy must be to be called alike, besides what chance does."""


@dataclass(frozen=True)
class Card:
    """A model card: it prints as Markdown, notebooks show it formatted, `.save(path)` writes it."""

    text: str
    measured: Measured | None = None

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it into a file, whole or not at all."""
        place = as_path(path)
        write_atomically(place, self.text.encode())
        return place


def write_card(
    network: Trainable, data: Any = None, *, name: str = "", licence: str = "", language: str = "en"
) -> Card:
    """Return the model card of a network: see `Network.card`."""
    for what, value in (("name", name), ("licence", licence)):
        if not isinstance(value, str):
            raise ArgumentTypeError(f"{what} must be a text, got {describe(value)}.")
    words, network = WORDS[check_choice("language", language, WORDS)], network.on_numpy()
    measured = None if data is None else measure(network, data)
    writer = _Writer(network, words, measured)
    title = words["title"].format(name=plain(name) or "×".join(map(str, writer.widths())))
    parts = [f"# {title}", words["made"].format(version=__version__), *writer.network_section(),
             *writer.data_section(licence), *writer.training_section(), *writer.metrics_section(),
             *writer.limits_section(), *writer.parameters_section()]  # fmt: skip
    return Card("\n\n".join(parts) + "\n", measured)


class _Writer:
    """Writes the sections of one card."""

    def __init__(self, network: Trainable, words: dict[str, str], measured: Measured | None) -> None:
        self.network, self.words, self.measured = network, words, measured
        self.preprocessing: Preprocessing | None = None
        if network.preprocessing:
            try:
                self.preprocessing = Preprocessing.from_dict(network.preprocessing)
            except DataError:  # what one's own program put there says nothing here
                self.preprocessing = None

    def widths(self) -> list[int]:
        """Return the widths of the network, from input to output."""
        return [self.network.n_in, *(p.n_out for p in self.network.places if self.network.layers[p.index].starts_block)]

    def names(self) -> list[str]:
        """Return the names of the classes, or their numbers."""
        known = self.preprocessing.class_names if self.preprocessing else ()
        count = max(self.network.n_out, 2)
        return list(map(plain, known)) if len(known) == count else [str(index) for index in range(count)]

    def network_section(self) -> Iterator[str]:
        """Say what the network is."""
        network, words = self.network, self.words
        count = network.parameters.flat.size
        yield f"## {words['network']}"
        yield words["summary"].format(
            parameters=count, dtype=network.dtype.name, size=size(network.parameters.flat.nbytes),
            n_in=network.n_in, n_out=network.n_out,
        )  # fmt: skip
        yield f"```text\n{summary(network)}\n```"
        yield f"- **{words['inputs']}**: {self._inputs()}\n- **{words['classes']}**: {self._classes()}"

    def _inputs(self) -> str:
        made = self.preprocessing
        if made is None:
            return self.words["kind_none"]
        height, width = made.image_shape
        scaling = self.words["scaling"].format(**made.scaling.to_dict())
        return self.words[f"kind_{made.kind}"].format(
            height=height, width=width, scaling=scaling, columns=self.network.n_in
        )

    def _classes(self) -> str:
        if self.network.output_kind == "values":
            return self.words["values"]
        known = self.preprocessing.class_names if self.preprocessing else ()
        return ", ".join(self.names()) if known else self.words["classes_none"].format(count=max(self.network.n_out, 2))

    def data_section(self, licence: str) -> Iterator[str]:
        """Say what it was trained on, as far as that is recorded."""
        words, source = self.words, self.network.metadata.get("data")
        known = licence or LICENCES.get(source, "") if isinstance(source, str) else licence
        yield f"## {words['data']}"
        yield facts({
            words["trained_on"]: plain(source) if isinstance(source, str) else words["unknown"],
            words["how_many"]: words["unknown"],
            words["licence"]: plain(known) or words["unknown"],
            words["collected"]: words["unknown"],
        })  # fmt: skip

    def training_section(self) -> Iterator[str]:
        """Say how it was trained, from what the model file records."""
        words, metadata = self.words, self.network.metadata
        training = metadata.get("training")
        yield f"## {words['training']}"
        if not isinstance(training, dict):
            yield words["no_training"]
            return
        told = {words["recipe"]: plain(metadata["recipe"])} if "recipe" in metadata else {}
        for key in ("optimizer", "batch_size", "epochs", "steps", "seed", "stopped"):
            value = training.get(key)
            fits = isinstance(value, str) if key in {"optimizer", "stopped"} else is_number(value)
            told[words[key]] = plain(value) if fits else words["unknown"]
        for key in ("last_epoch", "best"):
            values = training.get(key)
            if isinstance(values, dict) and (line := figures(values)):
                told[words[key]] = line
        if TEMPERATURE in metadata:
            temperature = metadata[TEMPERATURE]
            told[words["temperature"]] = number(temperature) if is_number(temperature) else words["unknown"]
        yield facts(told)
        yield words["no_record"]

    def metrics_section(self) -> Iterator[str]:
        """Say how well it does, where that was measured."""
        words, measured = self.words, self.measured
        yield f"## {words['metrics']}"
        if measured is None:
            metadata = self.network.metadata
            earlier = figures({name: metadata.get(name) for name in ("test_accuracy", "test_loss")})
            if earlier:
                yield words["earlier"].format(figures=earlier)
            yield words["not_measured"]
            return
        yield words[f"on_{measured.split}"].format(samples=measured.samples, source=plain(measured.source))
        yield facts(dict(self._figures(measured)))
        if measured.scores is not None:
            yield from self._by_class(measured)
        if measured.counts is not None:
            yield from self._confusion(measured)
            yield from self._calibration(measured)

    def _figures(self, measured: Measured) -> Iterator[tuple[str, str]]:
        words = self.words
        if measured.accuracy is not None:
            low, high = wilson(measured.accuracy, measured.samples)
            yield words["accuracy"], words["error_bar"].format(value=measured.accuracy, low=low, high=high)
        if measured.rows_right is not None and measured.labels_right is not None:
            low, high = wilson(measured.rows_right, measured.samples)
            yield words["rows_right"], words["error_bar"].format(value=measured.rows_right, low=low, high=high)
            yield words["labels_right"], f"{measured.labels_right:.2%}"
        if measured.top is not None:
            yield words["top"].format(k=TOP), f"{measured.top:.2%}"
        name = getattr(self.network.loss_function, "name", type(self.network.loss_function).__name__)
        yield words["loss"].format(name=plain(name)), number(measured.loss)
        for key, value in (measured.errors or {}).items():
            yield words[key], number(value)

    def _by_class(self, measured: Measured) -> Iterator[str]:
        scores = measured.scores
        assert scores is not None  # noqa: S101  # for mypy: the caller has looked
        kind = "class" if measured.counts is not None else "label"
        yield f"### {self.words[f'by_{kind}']}"
        if kind == "label":
            yield self.words["labels"]
        rows = zip(self.names(), scores.precision, scores.recall, scores.f1, scores.support, strict=True)
        yield table(
            self.words[f"{kind}_head"].split(" | "),
            [[name, *(share(value) for value in shares), f"{count:,}"] for name, *shares, count in rows],
        )

    def _confusion(self, measured: Measured) -> Iterator[str]:
        words, names, counts = self.words, self.names(), measured.counts
        assert counts is not None  # noqa: S101  # for mypy: the caller has looked
        yield f"### {words['confusion']}"
        if len(names) <= MOST_IN_TABLE:
            yield words["rows"]
            yield table(["", *names],
                        [[f"**{name}**", *(f"{n:,}" if n else "" for n in row)]
                         for name, row in zip(names, counts, strict=True)])  # fmt: skip
            return
        wrong = counts - np.diag(counts.diagonal())
        order = [int(place) for place in np.argsort(-wrong, axis=None, kind="stable")[:MOST_MISTAKES]]
        pairs = [divmod(place, len(names)) for place in order if wrong.flat[place]]
        listed = "; ".join(
            words["mistake"].format(true=names[true], answer=names[answer], count=int(wrong[true, answer]))
            for true, answer in pairs
        )
        yield words["mistakes"].format(classes=len(names), pairs=listed) if pairs else words["no_mistakes"]

    def _calibration(self, measured: Measured) -> Iterator[str]:
        words, curve = self.words, measured.reliability
        yield f"### {words['calibration']}"
        if curve is None or measured.accuracy is None:
            yield words["no_calibration"]
            return
        filled = curve.counts > 0
        confidence = float(np.average(curve.confidence[filled], weights=curve.counts[filled]))
        chance = 2 * math.sqrt(max(measured.accuracy * (1 - measured.accuracy), 0) / measured.samples)
        gap = confidence - measured.accuracy
        verdict = "suits" if abs(gap) <= max(chance, CLOSE) else "too_sure" if gap > 0 else "too_calm"
        yield words["calibrated"].format(error=curve.error, bins=len(curve.counts), confidence=confidence,
                                         accuracy=measured.accuracy, verdict=words[verdict])  # fmt: skip
        bins = np.flatnonzero(filled)
        yield table(
            words["calibration_head"].split(" | "),
            [[f"{curve.confidence[at]:.2%}", f"{curve.accuracy[at]:.2%}", f"{curve.counts[at]:,}"] for at in bins],
        )

    def limits_section(self) -> Iterator[str]:
        """Say what is not known, and where it is weak."""
        words, measured = self.words, self.measured
        limits = [words["limit_new"]]
        if self.network.output_kind != "values" and (measured is None or measured.labels_right is None):
            refuses = bool(getattr(self.network, "can_refuse", False))
            limits.append(words["limit_refuses" if refuses else "limit_answer"])
        if measured is not None and measured.scores is not None:
            limits += self._weak_classes(measured)
        limits += [words["limit_groups"], words["limit_use"]]
        yield f"## {words['limits']}"
        yield "\n".join(f"- {limit}" for limit in limits)

    def _weak_classes(self, measured: Measured) -> list[str]:
        words, names, scores = self.words, self.names(), measured.scores
        assert scores is not None  # noqa: S101  # for mypy: the caller has looked
        there = np.flatnonzero(scores.support > 0)
        found = []
        if len(there):  # of labels that do not exclude each other there may be none
            worst = int(there[np.argmin(scores.recall[there])])
            found = [words["limit_worst"].format(name=names[worst], recall=scores.recall[worst],
                                                 samples=int(scores.support[worst]))]  # fmt: skip
        few = [name for name, count in zip(names, scores.support, strict=True) if 0 < count < FEW]
        none = [name for name, count in zip(names, scores.support, strict=True) if count == 0]
        found += [words["limit_few"].format(few=FEW, names=", ".join(few))] if few else []
        return found + ([words["limit_none"].format(names=", ".join(none))] if none else [])

    def parameters_section(self) -> Iterator[str]:
        """List the parameters."""
        yield f"## {self.words['parameters']}"
        rows = []
        for name, array in self.network.parameters.items():
            with np.errstate(all="ignore"):
                mean, deviation = float(np.mean(array, dtype=float)), float(np.std(array, dtype=float))
            shape = " × ".join(map(str, array.shape))
            rows.append([f"`{name}`", shape, f"{array.size:,}", number(mean), number(deviation)])
        yield table(self.words["parameter_head"].split(" | "), rows)


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """Return the limits between which a share lies that was seen among so many, by E. B. Wilson (1927).

    >>> [round(limit, 4) for limit in wilson(0.9, 100)]
    [0.8256, 0.9448]
    """
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    below = 1 + z * z / count
    return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)
