"""That the report says what the numbers say, whoever wins."""

import pytest

from benchmarks import page, report
from benchmarks.comparison import Entry
from benchmarks.results import climb_result, verdicts, workload_result
from benchmarks.run import arguments
from benchmarks.time_to_accuracy import Climb
from benchmarks.workloads import by_name


def results(glassnet, jax, products=1e-3, missing=None, busy=0.0):
    """Return results of workload M: seconds by round."""
    (workload,) = by_name("M")
    entries = [Entry("glassnet", "", 5, glassnet), Entry("torch", "eager", problem="it computes something else")]
    entries += [Entry("jax", "", 5, jax)] if jax else [Entry("jax", "", problem="not installed")]
    entries += [Entry("sgemm", "", 5, [products] * len(glassnet))] if products else []
    climbs = [Climb("glassnet", [3.0, 5.0], [4, 4], [(2.0, 0.97), (5.0, 0.981)]), Climb("jax", problem="too slow")]
    return {
        "machine": {"processor": "one", "physical cores": 2},
        "threads": 2,
        "versions": {"jax": "1"},
        "missing": missing or {},
        "workloads": [workload_result(workload, entries, busy)],
        "accuracy": {"target": 0.98, "recipe": "a recipe", "climbs": [climb_result(climb) for climb in climbs]},
        "growth": {"width": {"values": [32, 64], "microseconds": {"glassnet": [1.0, 2.0], "jax": [3.0, None]}}},
    }


def test_goals_that_are_met():
    assert [(v.value, v.met) for v in verdicts(results([1e-3] * 3, [2e-3] * 3))] == [("0.50", True), ("100.0%", True)]


def test_goals_that_are_missed():
    found = verdicts(results([2e-3] * 3, [1e-3] * 3))
    assert [(v.value, v.met) for v in found] == [("2.00", False), ("50.0%", False)]


def test_what_could_not_be_measured_is_not_met():
    found = verdicts(results([1e-3] * 3, None, products=None))
    assert [v.met for v in found] == [False, False]


def test_where_a_peer_wins_the_page_says_so():
    text = page.page(results([2e-3] * 3, [1e-3] * 3), [])
    assert "Where a peer wins:" in text
    assert "JAX is faster at M: glassnet takes 2.00 × its time" in text
    assert "| **1,000** |" in text
    assert "**not met**" in text


def test_where_a_peer_wins_a_variation_its_table_says_so():
    times = {"glassnet": [10.0, 30.0, None], "jax": [20.0, 20.0, 20.0], "torch": [None, 40.0, 5.0]}
    measured = {"growth": {"width": {"values": [32, 128, 512], "microseconds": times}}}
    text = report.growth(measured, "width")
    assert "JAX is faster at width 128: glassnet takes 1.50 × its time." in text
    assert text.count("is faster") == 1


def test_where_none_wins_the_page_says_that():
    text = page.page(results([1e-3] * 3, [2e-3] * 3), [])
    assert "no peer was faster" in text
    assert "it wins" not in text
    assert "not met" not in text


def test_a_busy_machine_is_named():
    assert "not to be trusted" in page.page(results([1e-3] * 3, [2e-3] * 3, busy=0.5), [])
    assert "not to be trusted" not in page.page(results([1e-3] * 3, [2e-3] * 3), [])


def test_what_is_missing_or_wrong_is_named():
    text = page.page(results([1e-3] * 3, [2e-3] * 3, missing={"keras": "ImportError: no keras"}), [])
    assert "Keras (missing)" in text
    assert "torch eager: it computes something else" in text
    assert "too slow" in text


@pytest.mark.parametrize(("value", "text"), [(12.345, "12.3"), (1234.5, "1,230"), (0.5, "0.500"), (9.999, "10.0")])
def test_numbers_have_three_significant_digits(value, text):
    assert report.number(value) == text


def test_the_page_its_charts_and_its_data_are_written(tmp_path):
    files = report.write(results([1e-3] * 3, [2e-3] * 3), tmp_path, tmp_path / "results.json")
    assert all(file.stat().st_size > 0 for file in files)
    text = (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    for image in ("times", "accuracy", "growth"):
        assert f"(images/benchmarks-{image}.svg)" in text
        assert (tmp_path / "images" / f"benchmarks-{image}.svg").exists()


def test_the_command_line_names_what_there_is(capsys):
    options = arguments(["--only", "s,accuracy", "--peers", "glassnet,JAX"])
    assert [workload.name for workload in options.workloads] == ["S"]
    assert (options.parts, options.peers, options.full) == (["accuracy"], ["glassnet", "jax"], False)
    assert arguments([]).full
    for wrong in (["--only", "XL"], ["--peers", "caffe"]):
        with pytest.raises(SystemExit):
            arguments(wrong)
    assert "there are" in capsys.readouterr().err
