"""The picture of a learning-rate range test shows its numbers."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.glass.doctor.rate_range import RateRange
from glassnet.mathematics.checks import ArgumentTypeError

TESTED = RateRange((0.1, 1.0, 10.0), (0.5, 0.1, np.inf), 2.0, 20, "SGD")


def test_it_shows_the_losses_and_the_proposed_rate():
    ax = gn.plots.learning_rates(TESTED)
    losses, start, proposed = ax.lines
    np.testing.assert_array_equal(losses.get_xydata(), [[0.1, 0.5], [1.0, 0.1], [10.0, np.nan]])
    assert set(start.get_ydata()) == {2.0}
    assert set(proposed.get_xdata()) == {1.0}
    assert ax.get_ylim() == (0.0, 3.0)


def test_where_no_rate_helps_none_is_marked():
    ax = gn.plots.learning_rates(RateRange((0.1,), (3.0,), 2.0, 20, "SGD"))
    assert len(ax.lines) == 2


def test_it_draws_where_it_is_told():
    ax = gn.plots.learning_rates(TESTED)
    assert gn.plots.learning_rates(TESTED, ax=ax) is ax
    with pytest.raises(ArgumentTypeError, match="learning_rate_range_test"):
        gn.plots.learning_rates([0.1])
