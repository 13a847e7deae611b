"""`studyapp grade`, `undo` and `redo`: one action, and its outcome."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from studyapp.cli.cards import schedule_text
from studyapp.cli.opening import opened_alone
from studyapp.cli.output import print_json
from studyapp.cli.streams import progress, tell_progress
from studyapp.core.errors import CardNotFoundError, NoteError, StudyError
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.notes.cards import CardId
from studyapp.core.plural import count
from studyapp.core.schedule.entries import Grade, read_entry
from studyapp.core.schedule.objects import schedule_json
from studyapp.core.visible import visible
from studyapp.core.workspace.store import Saved
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin_with

_FORCE = "; the same command with `--force` grades from the newer schedule"


def grade_command(options: argparse.Namespace) -> int:
    """Grade the card that is named."""
    with opened_alone(options, recover=True) as workspace:
        return grade(workspace, options.card, options.grade, as_json=options.json, force=options.force)


def grade(workspace: Workspace, card_id: str, given: Grade, *, as_json: bool, force: bool = False) -> int:
    """Grade one card, as a review would.

    With `force`, a newer schedule that the card was given elsewhere is graded in place of the one that was seen; a
    grade that waits because of such a one gives way.
    """
    handle = workspace.vault.find(CardId.parse(card_id))
    waiting = [action for action in workspace.journal.waiting if action.card == handle.id and action.grade]
    session = begin_with(workspace, ())
    if (left_out := session.take(handle.row)) is not None:
        raise CardNotFoundError(f"{card_id}: {left_out.why}; `studyapp cards` lists every card")
    saved = save_grade(workspace, session.grade(given), session.on_newer if force else None, waiting)
    schedule = read_entry(saved.action.after).schedule
    if as_json:
        print_json(
            {**_action_json(saved.action), "schedule": schedule_json(schedule), "saved": saved.why_not is None}
        )
    elif saved.why_not is None:
        print(f"{visible(card_id)}: {given}, {schedule_text(schedule)}")
        if saved.action.marks:
            from studyapp.wording.reviews import leech_text  # it takes a while

            print(leech_text(saved.action, "`studyapp undo`"))
    return exit_of(workspace, saved)


def save_grade(
    workspace: Workspace,
    action: Action,
    on_newer: Callable[[Action, str], Action] | None,
    waiting: Sequence[Action],
) -> Saved:
    """Save a grade; with `on_newer`, it replaces grades that wait because of a newer schedule."""
    saved = workspace.store.save(action)
    if on_newer is None:
        return saved
    given_up = [*waiting]
    if saved.newer is not None:
        given_up.append(saved.action)
        saved = workspace.store.save(on_newer(saved.action, saved.newer))
    if saved.why_not is None:
        for one in given_up:
            workspace.store.withdraw(one)
    return saved


def exit_of(workspace: Workspace, saved: Saved) -> int:
    """The exit code of a grade; a NoteError if it is not in its note: where it is kept, and what happens to it."""
    if saved.why_not is None:
        return 0
    then = f"waits{_FORCE}" if saved.newer else "will be retried next time"
    kept = f"The grade is kept in {workspace.journal.kept_in} and {then}"
    raise NoteError(f"the note was not written: {saved.why_not.rstrip('.')}. {kept}")


def undo(options: argparse.Namespace) -> int:
    """Undo the last action, or redo the last undone one."""
    with opened_alone(options) as workspace:
        return _turn(workspace, redo=options.name == "redo", as_json=options.json)


def _turn(workspace: Workspace, *, redo: bool, as_json: bool) -> int:
    workspace.tidy()
    action = workspace.journal.last_undone() if redo else workspace.journal.last_applied()
    if action is None:
        raise StudyError("there is nothing to redo" if redo else "there is nothing to undo")
    workspace.find_again([action])
    store, now = workspace.store, workspace.clock()
    if action.group is not None:
        return _undo_group(workspace, action, redo=redo, as_json=as_json)
    saved = store.redo(action, now) if redo else store.undo(action, now)
    if as_json:
        print_json({**_action_json(saved.action), "saved": saved.why_not is None})
    elif saved.why_not is None:
        from studyapp.wording.reviews import done_to, is_of_one_card, what_text, where_text

        one = is_of_one_card(action)
        card = visible(str(action.card), newlines=False)
        done = done_to(action, card) if one else what_text(action) + where_text(action)
        print(f"{'Redid' if redo else 'Undid'} {done} ({action.at:%Y-%m-%d %H:%M})")
    if saved.why_not is not None:
        raise NoteError(
            f"the note was not written: {saved.why_not}. The action is kept in {workspace.journal.kept_in}"
        )
    return 0


def _undo_group(workspace: Workspace, action: Action, *, redo: bool, as_json: bool) -> int:
    """Undo or redo a group of actions as a whole."""
    from studyapp.core.workspace.groups import turn_whole

    assert action.group is not None

    def tell(done: int, of: int) -> None:
        tell_progress(f"{done:,} of {count(of, 'note')}…" if of else f"{count(done, 'note')}…")

    with progress():
        done = turn_whole(workspace, action.group, back=not redo, tell=tell)
    left = [{"path": path, "why": why} for path, why in done.left]
    imported = any(saved.action.kind is ActionKind.IMPORT for saved in done.saved)
    if as_json:
        print_json({**_action_json(action), "notes": len(done.saved), "removed": done.removed, "left": left})
    else:
        what = visible(str(action.what), newlines=False)
        of = f", {count(len(done.removed), 'file')} removed" if imported else f" in {count(len(done.saved), 'note')}"
        print(f"{'Redid' if redo else 'Undid'} {what}{of} ({action.at:%Y-%m-%d %H:%M})")
        for path, why in done.left:
            print(f"  left unchanged: {visible(f'{path}: {why}', newlines=False)}")
    return int(bool(left) and not imported)


def _action_json(action: Action) -> dict[str, Any]:
    return {
        "card": str(action.card),
        "kind": action.kind,
        "grade": action.grade,
        "at": action.at.isoformat(),
        "before": action.before,
        "after": action.after,
        "marks": {mark.name: mark.value for mark in action.marks if mark.card == action.card},
        "status": action.status,
        "why": action.why,
    }
