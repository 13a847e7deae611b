"""The doctor's check of links to demos; apart from `card_demos`, which a review imports at its start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from studyapp.core.errors import Severity
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Subject
from studyapp.study.reader.demo_links import KEYS, SCHEME, DemoLinkError, choice_of_link, demos_of, links_in

_REMEDY = "Correct it; `studyapp demo --list` shows the demos, and `m` after a run writes a card with its link"


def wrong_demo_links(subject: Subject, vault: Path | None = None) -> Iterator[Finding]:
    """Links and front matter that name an unknown demo, knob or value."""
    named = f"{SCHEME}:" in subject.text.text.lower()
    lines = [
        (number, line)
        for number, line in enumerate(subject.lines if named else ())
        if number >= subject.first and f"{SCHEME}:" in line.lower() and number not in subject.code
    ]
    values = subject.note.front_matter.values
    if not lines and not any(key in values for key in KEYS):
        return
    from studyapp.runs.process.own import catalog_of

    catalog = catalog_of(vault)
    for problem in demos_of("", values, (), (), catalog).problems:
        yield Finding("demo-link", subject.path, 1, problem, _REMEDY, Severity.WARNING)
    for number, line in lines:
        for link in links_in(line):
            try:
                choice_of_link(link, catalog)
            except DemoLinkError as error:
                yield Finding("demo-link", subject.path, number + 1, str(error), _REMEDY, Severity.WARNING)
