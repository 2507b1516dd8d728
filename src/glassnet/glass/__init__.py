"""Seeing: traces and why, summaries, plots."""
