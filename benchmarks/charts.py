"""The charts of the report, as SVG."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from benchmarks.comparison import NAMES
from benchmarks.report import number

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {
    "glassnet": "#0072b2",
    "jax": "#d55e00",
    "torch": "#e69f00",
    "sklearn": "#009e73",
    "keras": "#cc79a7",
    "tinygrad": "#56b4e9",
    "onnxruntime": "#000000",
    "lecture": "#999999",
}
"""Okabe and Ito's colours, which can be told apart without seeing red or green."""

STYLE = {
    "svg.hashsalt": "glassnet",  # the same numbers give the same file
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw(results: dict[str, Any], folder: Path) -> list[Path]:
    """Draw what there are results for; return the files."""
    import matplotlib as mpl

    mpl.use("agg")
    figures = {"times": times, "accuracy": climbs, "growth": growth}
    wanted = {"times": results["workloads"], "accuracy": results.get("accuracy"), "growth": results.get("growth")}
    files = []
    with mpl.rc_context(STYLE):
        for name, figure in figures.items():
            if wanted[name]:
                path = folder / f"benchmarks-{name}.svg"
                figure(results).savefig(path, metadata={"Date": None}, facecolor="white")
                # Matplotlib leaves spaces at the ends of lines.
                lines = path.read_text(encoding="utf-8").splitlines()
                path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")
                files.append(path)
    return files


def _figure(
    rows: int, columns: int, size: tuple[float, float], *, one_scale: bool = False
) -> tuple[Figure, list[Axes]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    return figure, list(figure.subplots(rows, columns, squeeze=False, sharey=one_scale).flat)


def times(results: dict[str, Any]) -> Figure:
    """Draw a panel for each workload with a goal, dashed: a dot for each form of each peer, the fastest on top."""
    shown = [w for w in results["workloads"] if w["goal"] and _timed(w)]
    rows = -(-len(shown) // 2) or 1
    figure, panels = _figure(rows, 2, (10, 2.7 * rows))
    for panel in panels[len(shown) :]:
        panel.remove()
    for panel, workload in zip(panels, shown, strict=False):
        _times_panel(panel, workload)
    return figure


def _timed(workload: dict[str, Any]) -> list[dict[str, Any]]:
    return sorted((e for e in workload["entries"] if "microseconds" in e), key=lambda e: e["microseconds"])


def _times_panel(panel: Axes, workload: dict[str, Any]) -> None:
    entries = _timed(workload)
    values = [entry["microseconds"] for entry in entries]
    places = range(len(entries))
    panel.scatter(values, places, s=40, c=[COLOURS[entry["peer"]] for entry in entries], zorder=2)
    for place, value in zip(places, values, strict=True):
        panel.annotate(number(value), (value, place), (7, 0), textcoords="offset points", va="center", fontsize=8)
    goal = workload["goal"]
    wanted = [goal["at_most"] * e["microseconds"] for e in entries if NAMES[e["peer"]] == goal["peer"]]
    for value in wanted[:1]:
        panel.axvline(value, color="#999999", linestyle="--", linewidth=1)
    panel.set_yticks(places, [entry["label"] for entry in entries])
    for text, entry in zip(panel.get_yticklabels(), entries, strict=True):
        text.set_fontweight("bold" if entry["peer"] == "glassnet" else "normal")
    panel.grid(axis="y", color="#eeeeee")
    panel.set_ylim(len(entries) - 0.5, -0.5)
    panel.set_xscale("log")
    # Whole powers of ten at both ends, so that every panel has at least two numbers on its axis.
    lowest, highest = math.floor(math.log10(min(values + wanted) / 1.2)), math.ceil(math.log10(max(values) * 2))
    panel.set_xticks([10.0**k for k in range(lowest, highest + 1)], [_power(k) for k in range(lowest, highest + 1)])
    panel.minorticks_off()
    panel.set_xlim(10.0**lowest, 10.0**highest)
    panel.set_title(workload["title"], fontsize=9, loc="left")
    panel.set_xlabel(f"µs per {workload['unit']}", fontsize=8)


def _power(k: int) -> str:
    return f"{10**k:,}" if k >= 0 else f"{10.0**k:g}"


def climbs(results: dict[str, Any]) -> Figure:
    """Draw the accuracy of each framework over the seconds since launch."""
    figure, (panel,) = _figure(1, 1, (7, 3.6))
    target = results["accuracy"]["target"]
    for climb in results["accuracy"]["climbs"]:
        if "problem" not in climb:
            seconds, accuracy = zip(*climb["curve"], strict=True)
            panel.plot(seconds, accuracy, "o-", color=COLOURS[climb["peer"]], label=NAMES[climb["peer"]])
    panel.axhline(target, color="#999999", linestyle="--", linewidth=1)
    panel.set_xlim(left=0)
    panel.set_xlabel("seconds since launch (the last run)")
    panel.set_ylabel("test accuracy")
    panel.legend(frameon=False)
    return figure


def growth(results: dict[str, Any]) -> Figure:
    """Draw a panel for each variation, both axes logarithmic, times on the same one."""
    figure, panels = _figure(1, len(results["growth"]), (10, 3.4), one_scale=True)
    for panel, (varied, measured) in zip(panels, results["growth"].items(), strict=True):
        for peer, values in measured["microseconds"].items():
            known = [(x, y) for x, y in zip(measured["values"], values, strict=True) if y is not None]
            if known:
                panel.loglog(*zip(*known, strict=True), "o-", color=COLOURS[peer], label=NAMES[peer])
        panel.set_xticks(measured["values"], [f"{value:,}" for value in measured["values"]])
        panel.set_xlabel(varied)
        panel.minorticks_off()
        panel.grid(axis="y", color="#eeeeee")
    panels[0].set_ylabel("µs per step")
    panels[0].legend(frameon=False)
    return figure
