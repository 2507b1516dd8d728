"""The command line's first door: `glassnet`, or `python -m glassnet`.

What the commands need is imported behind it, so that a Ctrl-C while it loads ends in a word and not in a traceback.
"""

import sys


def main() -> int:
    """Run the command line and return its exit status."""
    try:
        from glassnet.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        print("glassnet: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
