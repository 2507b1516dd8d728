"""What the doctor says: a finding with its evidence in numbers, and the report that holds all of them."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from glassnet.glass.doctor.texts_english import ENGLISH
from glassnet.glass.doctor.texts_korean import KOREAN
from glassnet.mathematics.checks import ArgumentError, check_choice, did_you_mean

Severity = Literal["error", "warning"]
Language = Literal["en", "ko"]

TEXTS: Final = {"en": ENGLISH, "ko": KOREAN}
WORDS: Final = {
    "en": {
        "error": "ERROR",
        "warning": "WARNING",
        "found": "found:",
        "why": "why:",
        "advice": "do:",
        "none": "The doctor found nothing wrong.",
        "examined": "Examined",
        "structure": "structure",
        "data": "data",
        "units": "units",
        "gradients": "gradients",
        "training": "training",
    },
    "ko": {
        "error": "오류",
        "warning": "주의",
        "found": "증거:",
        "why": "까닭:",
        "advice": "처방:",
        "none": "이상을 찾지 못했습니다.",
        "examined": "살펴본 것",
        "structure": "구조",
        "data": "데이터",
        "units": "뉴런",
        "gradients": "기울기",
        "training": "학습",
    },
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, with the numbers that show it.

    Attributes
    ----------
    code : str
        What it is, in one word that never changes: `dead-units`, `inputs-unscaled`, ….
    severity : "error" or "warning"
        Whether training cannot succeed so, or is worse for it.
    evidence : dict
        The numbers, and the names of what they were measured on.
    language : "en" or "ko"
        Of the sentences.

    Examples
    --------
    >>> finding = Finding("class-missing", "warning", {"classes": [0], "n_classes": 10, "rows": 500})
    >>> finding.found
    'None of the 500 rows belongs to class [0], of the 10 classes that the network has outputs for.'
    >>> finding.within("ko").title
    '표본이 하나도 없는 클래스'
    """

    code: str
    severity: Severity
    evidence: Mapping[str, Any] = field(default_factory=dict)
    language: Language = "en"

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return TEXTS[self.language][self.code].title

    @property
    def found(self) -> str:
        """The evidence as a sentence."""
        return TEXTS[self.language][self.code].found.format_map(self.evidence)

    @property
    def why(self) -> str:
        """Why that is harmful."""
        return TEXTS[self.language][self.code].why.format_map(self.evidence)

    @property
    def advice(self) -> str:
        """What to do."""
        return TEXTS[self.language][self.code].advice.format_map(self.evidence)

    def within(self, language: str) -> Finding:
        """Return the finding in a language, "en" or "ko"."""
        return replace(self, language=as_language(language))

    def to_dict(self) -> dict[str, Any]:
        """Return code, severity, evidence and sentences as plain values, for JSON; nan and inf are None."""
        return {
            "code": self.code,
            "severity": self.severity,
            "evidence": {name: _plain(value) for name, value in self.evidence.items()},
            **{name: getattr(self, name) for name in ("title", "found", "why", "advice")},
        }

    def __str__(self) -> str:
        words = WORDS[self.language]
        lines = [f"{words[self.severity]}  {self.title}  [{self.code}]"]
        return "\n".join(lines + [f"  {words[part]} {getattr(self, part)}" for part in ("found", "why", "advice")])


class Report(Sequence[Finding]):
    """All that the doctor found, the gravest first; prints as text, and as a list in notebooks.

    Attributes
    ----------
    findings : tuple of Finding
    examined : tuple of str
        What was looked at: `structure`, `data`, `units`, `gradients`, `training`. Without x, t or a history some cannot
        be.
    language : "en" or "ko"

    Examples
    --------
    >>> report = Report([Finding("softmax-of-one", "error", {"output": 1.0})], examined=("structure",))
    >>> report.codes, bool(report), "softmax-of-one" in report
    (('softmax-of-one',), True, True)
    >>> print(Report([], examined=("structure",)))
    The doctor found nothing wrong. Examined: structure.
    """

    def __init__(self, findings: Sequence[Finding], *, examined: Sequence[str] = (), language: str = "en") -> None:
        self.language = as_language(language)
        ordered = sorted(findings, key=lambda finding: finding.severity != "error")
        self.findings = tuple(finding.within(self.language) for finding in ordered)
        self.examined = tuple(examined)

    @property
    def codes(self) -> tuple[str, ...]:
        """The code of each finding."""
        return tuple(finding.code for finding in self.findings)

    def finding(self, code: str) -> Finding:
        """Return the first finding of that code, or raise `ArgumentError` if there is none."""
        for finding in self.findings:
            if finding.code == code:
                return finding
        known = ", ".join(self.codes) or "nothing"
        raise ArgumentError(f"the doctor did not find {code!r}, but {known}.{did_you_mean(code, self.codes)}")

    def within(self, language: str) -> Report:
        """Return the report in a language, "en" or "ko"."""
        return Report(self.findings, examined=self.examined, language=language)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        return {
            "language": self.language,
            "examined": list(self.examined),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def __getitem__(self, index: Any) -> Any:
        return self.findings[index]

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __contains__(self, item: object) -> bool:
        return item in self.codes or item in self.findings

    def _examined_words(self) -> str:
        words = WORDS[self.language]
        return f"{words['examined']}: {', '.join(words[name] for name in self.examined)}."

    def __str__(self) -> str:
        words = WORDS[self.language]
        examined = self._examined_words()
        if not self.findings:
            return f"{words['none']} {examined}"
        return "\n\n".join([*map(str, self.findings), examined])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Return the report as a list in HTML, as notebooks ask for it."""
        words = WORDS[self.language]
        examined = html.escape(self._examined_words())
        if not self.findings:
            return f"<p>{html.escape(words['none'])} {examined}</p>"
        items = []
        for finding in self.findings:
            parts = "".join(
                f"<dt>{html.escape(words[part])}</dt><dd>{html.escape(getattr(finding, part))}</dd>"
                for part in ("found", "why", "advice")
            )
            head = f"{html.escape(words[finding.severity])}: {html.escape(finding.title)}"
            items.append(f"<li><strong>{head}</strong> <code>{html.escape(finding.code)}</code><dl>{parts}</dl></li>")
        return f'<ol lang="{self.language}">{"".join(items)}</ol><p>{examined}</p>'


def as_language(language: object) -> Language:
    """Return the language of a name, "en" or "ko"."""
    return "ko" if check_choice("language", language, TEXTS) == "ko" else "en"


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
