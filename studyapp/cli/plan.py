"""`studyapp plan`, `reset` and `set-due`: preview a change of schedules, and make it as one action."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any, Final

from studyapp.charts.cells import plain
from studyapp.charts.plan import due_charts
from studyapp.cli.marks import cards_meant
from studyapp.cli.opening import opened_alone
from studyapp.cli.output import print_json, print_table
from studyapp.cli.streams import agrees, progress, tell_progress
from studyapp.core.errors import MisuseError, StudyError
from studyapp.core.plural import count
from studyapp.core.schedule.entries import due_date
from studyapp.core.vault.sheet import CardRow
from studyapp.core.visible import visible
from studyapp.core.workspace.groups import Carried, begin_group, carry_out, unfinished
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.plans.changes import PlanKind, order_of
from studyapp.study.plans.plan import CardPlan, plan
from studyapp.wording.plans import turned_back_text

_WIDTH: Final = 78
_HEIGHT: Final = 6
_NAMED: Final = 10
_CHOSEN: Final = (PlanKind.DUE, PlanKind.RESET)
"""Changes that need a deck or a query."""


def plan_command(options: argparse.Namespace) -> int:
    """Show what would change, ask, and change it; or finish an interrupted change."""
    with opened_alone(options, recover=True) as workspace:
        return finish(workspace, as_json=options.json) if options.kind == "resume" else _plan(workspace, options)


def _plan(workspace: Workspace, options: argparse.Namespace) -> int:
    change = order_of(options.kind, options.values)
    if change.kind is PlanKind.EXAM and (options.deck, options.query) != (None, None):
        raise MisuseError("an exam names its cards itself; leave --deck and --query out")
    if change.kind in _CHOSEN and options.deck is None and options.query is None:
        raise MisuseError("name the cards: --deck, or --query as in `studyapp search`")
    found = plan(workspace, change, _rows(workspace, options))
    if not options.json:
        _print(workspace, found)
    question = f"Change {count(found.cards, 'card')} as shown?"
    unasked = "Nothing was changed; --yes makes the change."
    if not found.cards or not (options.yes or (not options.json and agrees(question, unasked))):
        if options.json:
            print_json(plan_json(workspace, found, None))
        return 0
    return _make(workspace, found, as_json=options.json)


def change_chosen(options: argparse.Namespace) -> int:
    """Run `studyapp reset` or `set-due`: change the named or found cards, without asking."""
    with opened_alone(options, recover=True) as workspace:
        return _change_chosen(workspace, options)


def _change_chosen(workspace: Workspace, options: argparse.Namespace) -> int:
    change = order_of("reset", ()) if options.name == "reset" else order_of("due", (options.day,))
    found = plan(workspace, change, [handle.row for handle in cards_meant(workspace, options.cards, options.query)])
    if found.cards:
        return _make(workspace, found, as_json=options.json)
    if options.json:
        print_json(plan_json(workspace, found, None))
    else:
        print("Nothing changes: new cards have no schedule." if found.asked else "No cards match.")
    return 0


def _make(workspace: Workspace, found: CardPlan, *, as_json: bool) -> int:
    """Carry a plan out, and report the outcome."""
    begin_group(workspace, found.group)
    with progress():
        done = carry_out(workspace, found.group, _tell)
    if as_json:
        print_json(plan_json(workspace, found, done))
    else:
        _print_done(done)
    return int(bool(done.left))


def _rows(workspace: Workspace, options: argparse.Namespace) -> Iterable[CardRow]:
    vault = workspace.vault
    if options.query is not None:
        return [row for card in workspace.find(options.query) if (row := vault.row(card)) is not None]
    vault.check_deck(options.deck)
    return vault.rows(options.deck)


def finish(workspace: Workspace, *, as_json: bool) -> int:
    """Finish a change that was interrupted; StudyError if there is none."""
    group = unfinished(workspace)
    if group is None:
        raise StudyError("nothing was interrupted")
    with progress():
        done = carry_out(workspace, group, _tell)
    if as_json:
        print_json({"what": group.what, "notes": done.notes, "left": _left_json(done)})
    else:
        print(f"Finished {group.what}.")
        _print_done(done)
    return int(bool(done.left))


def _tell(done: int, of: int) -> None:
    tell_progress(f"{done:,} of {count(of, 'note')}…")


def _print(workspace: Workspace, found: CardPlan) -> None:
    notes = count(len(found.group.notes), "note")
    print(f"{count(found.cards, 'card')} of {found.asked:,} would get another schedule, in {notes}.")
    if not found.cards:
        return
    for title, rows in due_charts(found.before, found.after, workspace.clock().date(), _WIDTH, _HEIGHT):
        print(f"\n{title}:")
        for row in rows:
            print(plain(row))
    before, after = found.overdue
    print(f"\noverdue: {before:,} now, {after:,} then")
    for late in found.newly_overdue:
        print(f"  {visible(str(late.id), newlines=False)} would be overdue")
    if said := turned_back_text(found):
        print(f"\n{said}")
    if found.largest:
        print("\nlargest changes:")
        now = workspace.clock()
        print_table(
            [
                (
                    visible(str(one.row.id), newlines=False),
                    str(due_date(one.before, now)),
                    "→",
                    str(due_date(one.after, now)),
                    f"{one.days:+,} d",
                )
                for one in found.largest
            ],
            left=4,
        )
    print()


def _print_done(done: Carried) -> None:
    if done.notes:
        print(f"Changed {count(done.notes, 'note')}. `studyapp undo` reverts all of it.")
    else:
        print("No note was changed.")
    for what, why in done.left[:_NAMED]:
        print(f"  left unchanged: {visible(f'{what}: {why}', newlines=False)}")
    if (more := len(done.left) - _NAMED) > 0:
        print(f"  and {more:,} more")


def plan_json(workspace: Workspace, found: CardPlan, done: Carried | None) -> dict[str, Any]:
    """A plan as an object, with its outcome if it was carried out."""
    days = sorted({*found.before, *found.after})
    now = workspace.clock()
    return {
        "vault": str(workspace.vault.root),
        "what": found.change.kind,
        "asked": found.asked,
        "cards": found.cards,
        "notes": len(found.group.notes),
        "days": [
            {"date": day.isoformat(), "before": found.before.get(day, 0), "after": found.after.get(day, 0)}
            for day in days
        ],
        "overdue": {"before": found.overdue[0], "after": found.overdue[1]},
        "turned_back": found.turned_back,
        "newly_overdue": [str(row.id) for row in found.newly_overdue],
        "largest": [
            {
                "card": str(one.row.id),
                "before": str(due_date(one.before, now)),
                "after": str(due_date(one.after, now)),
                "days": one.days,
            }
            for one in found.largest
        ],
        "made": done is not None,
        "written": done.notes if done is not None else 0,
        "left": _left_json(done),
    }


def _left_json(done: Carried | None) -> list[dict[str, str]]:
    return [{"what": what, "why": why} for what, why in (done.left if done is not None else ())]
