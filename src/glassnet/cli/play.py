"""`glassnet play`: the playground in the browser."""

from __future__ import annotations

import argparse
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from glassnet.cli.output import SUCCEEDED, add_common_options, print_json
from glassnet.cli.values import integer

if TYPE_CHECKING:
    from types import FrameType

EPILOG = """\
examples:
  glassnet play                       opens http://127.0.0.1:8017/ in the browser
  glassnet play --no-browser --port 9000
  glassnet play --host 0.0.0.0        for others on the network: asks for the token in the address that is printed

Everything runs on this machine and nothing leaves it. Ctrl-C ends it.
"""


def add_parser(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "play",
        help="the playground in the browser",
        description="Serve the playground on this machine and open it in the browser: draw a digit, watch every "
        "number, train a network, take computational graphs apart.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--port", type=integer(0, 65535), metavar="N", help="the port (default: the first free one from 8017 on)"
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where to listen (default: 127.0.0.1, this machine alone)",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    add_common_options(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from glassnet.playground.server import bind, serve  # the web server loads for this command alone

    place = bind(options.host, options.port)

    def ready() -> None:
        print(f"glassnet playground: {place.url}  (Ctrl-C ends it)", flush=True)
        if options.json:
            print_json({"url": place.url})

    signal.signal(signal.SIGTERM, _interrupt)
    with suppress(KeyboardInterrupt):
        serve(place, open_browser=not options.no_browser, ready=ready)
    print("\nended", flush=True)
    return SUCCEEDED


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
