"""Where Numba cannot be loaded, the examples of modules that need it are left out: they cannot even be imported."""

from glassnet.engine import entry

REASON = entry.unavailable()
NEED_NUMBA = ["src/glassnet/engine/*", "src/glassnet/training/compiled_steps.py", "src/glassnet/training/staging.py"]
collect_ignore_glob = NEED_NUMBA if REASON else []


def pytest_report_header():
    """Say what is left out, and why."""
    return f"left out: {', '.join(NEED_NUMBA)}: {REASON}" if REASON else None
