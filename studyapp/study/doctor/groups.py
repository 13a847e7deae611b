"""Equal findings told as one: how many there are, some examples, and the remedy that they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from studyapp.study.doctor.findings import Finding

_ALONE: Final = 5
"""So many equal findings are told one by one."""
_EXAMPLES: Final = 5
_OF_ONE: Final = re.compile(r"“[^”]*”|`[^`]*`|\[\[.*?\]\]|\d+")
"""What a remedy says of one place only."""


class Example(NamedTuple):
    """One of equal findings, with how many say the very same."""

    finding: Finding
    times: int


class Group:
    """Findings of one kind that say the same of different places; or one by itself."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Take findings in their order; there is at least one."""
        self.findings = tuple(findings)
        self.first = self.findings[0]

    @property
    def key(self) -> tuple[str, ...]:
        """What all of them have in common."""
        return _key(self.first)

    @property
    def is_one(self) -> bool:
        """Whether it is one finding by itself."""
        return len(self.findings) == 1

    @property
    def said(self) -> str:
        """How many there are, and in how many files."""
        files = len({one.path for one in self.findings})
        return f"{len(self.findings):,} of these in {files:,} {'note' if files == 1 else 'notes'}"

    @property
    def examples(self) -> list[Example]:
        """Those that occur most often, by what they say; of equally frequent ones the first."""
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
        """How many can be fixed for certain."""
        return sum(one.fix is not None for one in self.findings)


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Put equal findings together where there are many; the first of each keeps its place."""
    in_order = list(findings)
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for finding in in_order:
        alike.setdefault(_key(finding), []).append(finding)
    found: list[Group] = []
    for finding in in_order:
        equal = alike[_key(finding)]
        if len(equal) <= _ALONE:
            found.append(Group([finding]))
        elif equal[0] is finding:
            found.append(Group(equal))
    return found


def _key(finding: Finding) -> tuple[str, ...]:
    own = str(finding.advice is not None and finding.path)
    return finding.code, finding.severity, own, _OF_ONE.sub("…", finding.remedy)
