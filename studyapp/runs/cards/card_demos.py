"""The demos that a card names, and its unknown names."""

from __future__ import annotations

from pathlib import Path

from studyapp.core.vault.vault import Handle
from studyapp.study.reader.demo_links import KEYS, SCHEME, DemoCatalog, DemoOffer, demos_of
from studyapp.wording.cards import names_of


def offer_of(handle: Handle, catalog: DemoCatalog) -> DemoOffer:
    """The demos that a card names, and its unknown names."""
    question, values = handle.question, handle.note.front_matter.values
    above, names = reversed(question.context), names_of(handle)
    return demos_of(question.body, values, above, names, catalog, handle.card.front)


def unknown_demos(handle: Handle, vault: Path | None = None) -> tuple[str, ...]:
    """Unknown demos in a card's links or its note's front matter.

    Demos are read only if one is named.
    """
    links = f"{SCHEME}:" in handle.question.body.lower()
    if not links and not any(key in handle.note.front_matter.values for key in KEYS):
        return ()
    from studyapp.runs.process.own import catalog_of

    return offer_of(handle, catalog_of(vault)).problems
