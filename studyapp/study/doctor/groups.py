"""Groups equal findings: their number, some examples, and their common remedy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from studyapp.core.plural import count
from studyapp.study.doctor.findings import Finding

_ALONE: Final = 5
"""Up to this many equal findings are shown one by one."""
_EXAMPLES: Final = 5
_DIFFERENT: Final = frozenset({"settings"})
"""Kinds of findings that share a remedy, but are not alike."""
_OF_ONE: Final = re.compile(r"“[^“”]*”|`[^`]*`|\[\[[^\[\]]*\]\]|\d+")
"""The part of a remedy that applies to one place only; nothing in it begins another one, which takes linear time."""


class Example(NamedTuple):
    """One of several equal findings, and how many are exactly the same."""

    finding: Finding
    times: int


class Group:
    """Findings of one kind with the same wording in different places; or a single one."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Take at least one finding, in order."""
        self.findings = tuple(findings)
        self.first = self.findings[0]

    @property
    def key(self) -> tuple[str, ...]:
        """What all of them have in common."""
        return _key(self.first)

    @property
    def is_one(self) -> bool:
        """Whether it is a single finding."""
        return len(self.findings) == 1

    @property
    def said(self) -> str:
        """Their number, and that of their files."""
        files = len({one.path for one in self.findings})
        return f"{len(self.findings):,} of these in {count(files, 'note')}"

    @property
    def examples(self) -> list[Example]:
        """The most frequent ones, by their wording; of equally frequent ones, the first."""
        first: dict[str, Finding] = {}
        for one in self.findings:
            first.setdefault(one.reason, one)
        counts = Counter(one.reason for one in self.findings)
        return [Example(first[reason], times) for reason, times in counts.most_common(_EXAMPLES)]

    @property
    def remedy(self) -> str:
        """What to do about each of them."""
        return self.first.remedy

    @property
    def fixable(self) -> int:
        """How many can be fixed safely."""
        return sum(one.fix is not None for one in self.findings)


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Group equal findings where there are many; each group is where its first finding was."""
    alike: dict[tuple[str, ...], list[Finding]] = {}
    in_order: list[tuple[Finding, list[Finding]]] = []
    for finding in findings:
        equal = alike.setdefault(_key(finding), [])
        equal.append(finding)
        in_order.append((finding, equal))
    found: list[Group] = []
    for finding, equal in in_order:
        if len(equal) <= _ALONE:
            found.append(Group([finding]))
        elif equal[0] is finding:
            found.append(Group(equal))
    return found


def _key(finding: Finding) -> tuple[str, ...]:
    own = str(finding.advice is not None and finding.path)
    each = finding.reason if finding.code in _DIFFERENT else ""
    return finding.code, finding.severity, own, each, _common(finding.remedy)


@lru_cache(maxsize=1024)
def _common(remedy: str) -> str:
    """A remedy without what applies to one place only; most are those of many findings."""
    return _OF_ONE.sub("…", remedy)
