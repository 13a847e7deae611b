"""Makes or undoes edits of a note that has since changed elsewhere.

Each edit is found by the bytes around it: unless they occur exactly once, its place is uncertain.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from studyapp.core.text.note_text import Edit, Span

if TYPE_CHECKING:
    from studyapp.core.edits.identity import Uncertain

_AROUND = (120, 60, 30)
"""Bytes on each side to search for, longest first: the nearest may be unchanged where the rest is not."""
_ALONE = 24
"""An edit of at least this many bytes needs no context, if they occur once."""
_LEAST = 12
"""With fewer bytes than this, context included, no place is certain."""


class Context(Struct, frozen=True):
    """The bytes around an edit: as many as are needed to find its place."""

    before: bytes
    after: bytes


class Change(Struct, frozen=True):
    """How an action changed its note's bytes."""

    digest_before: str
    digest_after: str
    edits: tuple[Edit, ...]
    had_comment: bool
    """Whether the question had a schedule comment before."""
    replaced: str | None = None
    """The card's entry in the note just before, which need not be the one that the user saw."""
    contexts: tuple[Context, ...] = ()
    """The context of each edit, to find its place in a note that has since changed."""


def contexts(raw: bytes, edits: tuple[Edit, ...]) -> tuple[Context, ...]:
    """The unedited bytes around each edit; the edits are in the order of the bytes."""
    most = _AROUND[0]
    ends = [0, *(edit.span.end for edit in edits)]
    starts = [*(edit.span.start for edit in edits[1:]), len(raw)]
    return tuple(
        Context(raw[max(end, edit.span.start - most) : edit.span.start], raw[edit.span.end : start][:most])
        for edit, end, start in zip(edits, ends, starts, strict=False)
    )


def relocated(raw: bytes, change: Change, *, back: bool) -> tuple[Edit, ...] | Uncertain:
    """The edits of a change that was made for other bytes, worked out for the note as it is now; `back` undoes it."""
    from studyapp.core.edits.identity import Uncertain

    if len(change.contexts) != len(change.edits):
        return Uncertain("the note has changed since then")
    found: list[Edit] = []
    for edit, context in zip(change.edits, change.contexts, strict=True):
        there, put = (edit.new, edit.old) if back else (edit.old, edit.new)
        start = _place(raw, there, context)
        if start is None:
            return Uncertain("the note has changed at that place since then")
        found.append(Edit(Span(start, start + len(there)), there, put))
    if any(one.span.end > other.span.start for one, other in pairwise(found)):
        return Uncertain("the note has changed at that place since then")
    return tuple(found)


def _place(raw: bytes, there: bytes, context: Context) -> int | None:
    """Where the bytes of a context are now; None if uncertain."""
    for around in (*_AROUND, 0):
        if not around and len(there) < _ALONE:
            break
        before, after = (
            context.before[len(context.before) - min(around, len(context.before)) :],
            context.after[:around],
        )
        wanted = before + there + after
        if len(wanted) < _LEAST:
            break
        start = raw.find(wanted)
        if start >= 0:
            return start + len(before) if raw.find(wanted, start + 1) < 0 else None
    return None
