"""What goes for all tests and examples; those that need what cannot be loaded are left out: importing them fails."""

import signal
from importlib.util import find_spec

from hypothesis import HealthCheck, settings

from glassnet.engine import entry

# How long an example takes says how busy the machine is, and nothing of glassnet. And what fails is to be the work of a
# change, not of the day: the same examples come every time. `pytest --hypothesis-profile="new examples"` tries others.
anywhere = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("new examples", anywhere)
settings.register_profile("same examples", anywhere, derandomize=True)
settings.load_profile("same examples")

# A shell that runs the tests in the background has them ignore Ctrl-C, which some of them send.
signal.signal(signal.SIGINT, signal.default_int_handler)

NEED_NUMBA = ["src/glassnet/engine/*", "src/glassnet/training/compiled_steps.py", "src/glassnet/training/staging.py"]
NEED_SPHINX = [f"docs/site/{name}.py" for name in ("build", "docstrings", "mathml", "searching")]
REASONS = {
    ", ".join(NEED_NUMBA): entry.unavailable(),
    ", ".join(NEED_SPHINX): None if find_spec("sphinx") else "Sphinx is not installed; `make docs` installs it",
}
left_out = [path for paths, reason in REASONS.items() if reason for path in paths.split(", ")]
collect_ignore_glob = ["tests/helpers/without_numba/*", *left_out]


def pytest_report_header():
    """Say what is left out, and why."""
    return [f"left out: {paths}: {reason}" for paths, reason in REASONS.items() if reason]
