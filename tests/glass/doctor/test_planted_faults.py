"""Each planted fault is found by its code; the same training without it has no finding."""

import warnings

import pytest

from planted_faults import FAULTS, healthy

CODE = {name: name.split(" ")[0] for name in FAULTS}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of trainings that stop at nan, as they should
        report = FAULTS[name]().report()
    assert CODE[name] in report
    finding = report.finding(CODE[name])
    assert finding.evidence
    for language in ("en", "ko"):
        said = finding.within(language)
        assert all([said.title, said.found, said.why, said.advice])
        assert "{" not in str(said)


def test_without_a_fault_nothing_is_found():
    report = healthy().report()
    assert report.codes == ()
    assert report.examined == ("structure", "data", "units", "gradients", "training")
