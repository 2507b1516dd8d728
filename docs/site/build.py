"""Building the site: `python -m docs.site.build FOLDER` in the repository's root, which is what `make docs` runs."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from docs.site.checking import missing_names, problems
from docs.site.mathml import write_font
from docs.site.reference import public_names
from docs.site.staging import ROOT, stage
from docs.site.words import LANGUAGE_NAMES

_HERE: Final = Path(__file__).resolve().parent
_WORK: Final = ROOT / "build" / "site"  # for each language: sources, what Sphinx remembers of them, pages


def build(site: Path) -> list[str]:
    """Build the site in both languages at once, and return what is wrong with it."""
    started = [(language, _start(language)) for language in LANGUAGE_NAMES]
    found = [f"the {language} site has warnings" for language, process in started if process.wait()]
    if found:
        return found
    shutil.copyfile(_HERE / "landing.html", site / "index.html")
    for language in LANGUAGE_NAMES:
        pages = site / language
        shutil.rmtree(pages, ignore_errors=True)  # with pages that are no more
        shutil.copytree(_output(language), pages, ignore=shutil.ignore_patterns("_sources", ".buildinfo"))
        write_font(pages / "_static" / "stix-two-math.woff")
        missing = missing_names(pages / "objects.inv", public_names())
        found += [f"the {language} site does not describe {name}: see docs/site/reference.py" for name in missing]
    return found + sorted(problems(site))


def _output(language: str) -> Path:
    return _WORK / language / "html"


def _start(language: str) -> subprocess.Popen[bytes]:
    source, output = _WORK / language / "source", _output(language)
    stage(language, source)
    shutil.rmtree(output, ignore_errors=True)
    # Warnings are errors (-W), broken references too (-n); the build goes on to show all of them.
    options = ["-W", "--keep-going", "-n", "-q", "-b", "html", "-c", str(_HERE)]
    return subprocess.Popen(
        [sys.executable, "-m", "sphinx", *options, "-d", str(_WORK / language / "trees"), str(source), str(output)],
        env=os.environ | {"GLASSNET_SITE_LANGUAGE": language},
        cwd=ROOT,
    )


def main(arguments: list[str] | None = None) -> int:
    """Build the site in a folder, and say what is wrong, or where it is."""
    parser = argparse.ArgumentParser(prog="python -m docs.site.build", description="Build the documentation site.")
    parser.add_argument("folder", nargs="?", default="site", type=Path, help="gets the site (default: site)")
    site = parser.parse_args(arguments).folder.resolve()
    site.mkdir(parents=True, exist_ok=True)
    print("building the site in Korean and English (about a minute)", file=sys.stderr, flush=True)
    found = build(site)
    print(*(found or [f"the site is in {site / 'index.html'}"]), sep="\n", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
