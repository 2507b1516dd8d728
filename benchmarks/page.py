"""The text of `docs/benchmarks.md`: sentences that hold whatever the numbers are, and the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks import growth as growth_points
from benchmarks import report
from benchmarks.results import verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

INTRODUCTION = """\
# Benchmarks

*Written by `make bench`, which makes an environment of its own for the peers in `.venv-bench`, measures all that is
here in a quarter of an hour, and ends with an error if a goal is missed. On your machine it writes your page.*

What is compared: glassnet through its public names (`net.fit`, `net.predict`), and each peer as its own users would
write it well; `benchmarks/workers/` has one file for each. All train the same networks on MNIST in float32, pixels from
0 to 1, softmax and categorical cross-entropy, with the same number of threads.

- **The same work.** Every contestant begins with the same weights. Before anything is timed it makes some steps on the
  same batches, and its outputs on 1,000 test images have to agree with those of glassnet's reference executor; one that
  computes something else is reported, not timed.
- **The same conditions.** Each peer lives in a process of its own that is warm: compiled, data loaded, one burst of
  steps run. Then all take turns, in a new order each round, a burst of steps each, and the next begins when the last
  one's threads sleep. A burst draws its shuffle, gathers its batches, and waits for its last result.
- **Medians.** Times are medians over the rounds; "glassnet takes 0.50 ×" is the median of the ratios of the same round.
  The range beside a time is that of all rounds: where it is wide, something else ran on the machine.
"""

LIMIT = """\
## The limit

A training step needs certain matrix products: forward X W, backward Xᵀ dZ, and dZ Wᵀ for every layer but the first.
A plain BLAS (OpenBLAS, with its AVX-512 kernels where the processor has them) on the same shapes, in the same rounds,
says how long these take alone; its share of glassnet's whole step is the share of the limit. On MNIST more than 100% is
possible, since most pixels are 0 and products with 0 can be left out; inputs that are never 0 allow no such saving.
"""

ACCURACY = """\
## Time to {target:.0%} on the test set

From the launch of a fresh process until the evaluation after an epoch first gives a test accuracy of {target:.0%}:
starting Python, importing, reading the data (all with `glassnet.load_mnist`), compiling, training, evaluating. The
recipe: {recipe} (scikit-learn draws Glorot's). The runs have different seeds, and the frameworks take turns. glassnet's
code is compiled once for an installation and kept on disk; an untimed run comes first and sees to that.
"""

GROWTH = """\
## How cost grows

The time of a training step of ReLU networks with SGD; torch with its fused optimizer.
"""


def page(results: dict[str, Any], images: list[str]) -> str:
    """Return the page, with the charts where they belong."""
    return "\n".join(_parts(results, images)) + "\n"


def _parts(results: dict[str, Any], images: list[str]) -> Iterator[str]:
    workloads = results["workloads"]
    yield INTRODUCTION
    if workloads:
        yield f"## Overview\n\n{report.overview(results)}\n"
        yield f"The fastest form of each peer; bold is the fastest of all. {report.winners_sentence(results)}\n"
        yield report.busy_sentence(results) + "\n"
        yield from _image(
            images, "times", "The time of each peer at each workload that has a goal, which is the dashed line"
        )
    if verdicts(results):
        yield f"## Goals\n\n{report.goals(results)}\n"
    if any(workload["limit"] for workload in workloads):
        yield LIMIT
        yield limits(workloads) + "\n"
    for climbs in [results["accuracy"]] if results.get("accuracy") else []:
        yield ACCURACY.format(target=climbs["target"], recipe=climbs["recipe"])
        yield report.accuracy(results) + "\n"
        yield from _image(images, "accuracy", "Test accuracy over the seconds since launch")
    if results.get("growth"):
        yield GROWTH
        for varied in results["growth"]:
            yield f"{growth_points.TITLES[varied]}:\n\n{report.growth(results, varied)}\n"
        yield from _image(images, "growth", "Time of a step over width, depth and batch size")
    if workloads:
        yield "## Every form of every peer\n"
    for workload in workloads:
        yield f"### {workload['title']}\n\n{report.details(workload)}\n"
    yield f"## Machine and versions\n\n{report.machine(results)}"


def limits(workloads: list[dict[str, Any]]) -> str:
    """Return the table of the limit."""
    rows = []
    for workload in workloads:
        limit = workload["limit"]
        if limit:
            products = report.number(limit["microseconds"])
            rows.append([workload["title"], products, f"{limit['gflops']:.0f}", f"{limit['share']:.0%}"])
    return report.table(["", "products alone, µs per step", "GFLOP/s", "share of glassnet's step"], rows)


def _image(images: list[str], name: str, text: str) -> Iterator[str]:
    yield from (f"![{text}]({image})\n" for image in images if image.endswith(f"-{name}.svg"))
