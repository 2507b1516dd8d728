"""Lessons in Korean and English, public as `gn.lessons`: checking answers, and the language in which that is told."""

from glassnet.lessons.checking import Verdict, check
from glassnet.lessons.languages import language

__all__ = ["Verdict", "check", "language"]
