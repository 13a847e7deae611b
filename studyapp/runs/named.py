"""What notes say of demos: which belong to a card, and what names one that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from studyapp.core.errors import Severity
from studyapp.core.vault.vault import Handle
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Patient
from studyapp.study.reader.demo_links import (
    KEYS,
    SCHEME,
    DemoCatalog,
    DemoLinkError,
    DemoOffer,
    choice_of_link,
    demos_of,
    links_in,
)
from studyapp.wording.cards import names_of

_REMEDY = "Correct it; `studyapp demo --list` shows the demos, and `m` after a run writes a card with its link"


def offer_of(handle: Handle, catalog: DemoCatalog) -> DemoOffer:
    """The demos that belong to a card, and what names one in vain."""
    question, values = handle.question, handle.note.front_matter.values
    return demos_of(question.body, values, reversed(question.context), names_of(handle), catalog)


def problems_of(handle: Handle) -> tuple[str, ...]:
    """What a card's links, or its note's front matter, name in vain; demos are read only if one is named."""
    links = f"{SCHEME}:" in handle.question.body.lower()
    if not links and not any(key in handle.note.front_matter.values for key in KEYS):
        return ()
    from demos.catalog import catalog

    return offer_of(handle, catalog()).problems


def misnamed(patient: Patient) -> Iterator[Finding]:
    """Links and front matter that name a demo, a knob or a value that does not exist."""
    lines = [
        (number, line)
        for number, line in enumerate(patient.lines)
        if number >= patient.first and f"{SCHEME}:" in line.lower() and number not in patient.code
    ]
    values = patient.note.front_matter.values
    if not lines and not any(key in values for key in KEYS):
        return
    from demos.catalog import catalog

    for problem in demos_of("", values, (), (), catalog()).problems:
        yield Finding("demo-link", patient.path, 1, problem, _REMEDY, Severity.WARNING)
    for number, line in lines:
        for link in links_in(line):
            try:
                choice_of_link(link, catalog())
            except DemoLinkError as error:
                yield Finding("demo-link", patient.path, number + 1, str(error), _REMEDY, Severity.WARNING)
