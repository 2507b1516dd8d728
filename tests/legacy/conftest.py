from textwrap import dedent

import pytest

from glassnet.legacy.running.runner import run_script


@pytest.fixture
def run(tmp_path, capsys):
    """Run code as `glassnet legacy run` does; return its stdout and the outcome."""

    def running(code, name="slide.py", arguments=(), **options):
        path = tmp_path / name
        path.write_text(dedent(code).lstrip("\n"), encoding="utf-8")
        capsys.readouterr()
        outcome = run_script(path, arguments, **options)
        return capsys.readouterr().out, outcome

    return running
