"""The public `Network`, a thin face: each method hands on to a function in its own room below."""

from glassnet.model.network import Network, load
from glassnet.model.traces import Trace, load_trace

__all__ = ["Network", "Trace", "load", "load_trace"]
