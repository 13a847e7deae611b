"""What the command line says: for people as aligned text, for scripts as JSON."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec.structs import fields

from studyapp.cli.due_line import due_line
from studyapp.core.disk.home import expanded
from studyapp.core.errors import CardNotFoundError, NoteError, Problem, StudyError, VaultError
from studyapp.core.log.journal import Action
from studyapp.core.notes.cards import CardId, Question
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, js_time, read_entry
from studyapp.core.settings.load import NAMES, Settings, toml_text
from studyapp.core.text.names import as_known, composed
from studyapp.core.text.spoken import one_line
from studyapp.core.vault.decks import Deck
from studyapp.core.vault.vault import INFERRED_NOTICE, Vault
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin_with, decks_of, queue_of
from studyapp.study.stats.estimate import seconds_a_card

_EQUAL = 5
"""Problems with the same remedy beyond which only the first one is shown."""

_FORCE = "; the same command with `--force` grades from the newer schedule"


def due(workspace: Workspace, deck: str | None, *, as_json: bool, template: str | None = None) -> int:
    """Say how many cards are due and new, deck by deck; or in one line, made by a template of the person's."""
    vault, now = workspace.vault, workspace.clock()
    tree = decks_of(workspace)
    if deck is not None:
        deck = as_known(deck, [found.path for found in _all_decks(tree)])
        if not any(found.path == deck for found in _all_decks(tree)):
            raise CardNotFoundError(f"there is no deck {deck!r}; `studyapp due` lists the decks")
    decks = [found for found in _all_decks(tree) if deck is None or f"{found.path}/".startswith(f"{deck}/")]
    whole = tree if deck is None else decks[0]
    if template is not None:
        print(due_line(template, _due_values(workspace, whole)))
        return 0
    if as_json:
        ready = [
            {"id": str(row.id), "schedule": schedule_json(row.schedule)}
            for row in queue_of(workspace, deck)
            if row.schedule is not None
        ]
        _print_json(
            {
                "vault": str(vault.root),
                "now": now.isoformat(),
                "due": whole.due,
                "new": whole.new,
                "total": whole.total,
                "held_back": whole.held_back,
                "decks": [{"deck": d.path, "due": d.due, "new": d.new, "total": d.total} for d in decks if d.path],
                "cards": ready,
                "waiting": len(workspace.journal.waiting),
            }
        )
        return 0
    _say_notices(vault)
    rows = [("", "due", "new", "total")]
    for found in decks:
        name = found.path or "all decks"
        depth = found.path.count("/") if found.path else 0
        label = "  " * depth + (found.name or name)
        rows.append((visible(label, newlines=False), str(found.due), str(found.new), str(found.total)))
    if len(rows) == 2:
        print("There are no cards in this vault. `studyapp cards` says what was looked at.")
    _print_table(rows)
    _print_problems(vault.problems)
    return 0


def _due_values(workspace: Workspace, deck: Deck) -> dict[str, int | str]:
    today = deck.due + deck.new
    seconds = today * seconds_a_card(workspace.journal.latest())
    return {
        "due": deck.due,
        "new": deck.new,
        "total": deck.total,
        "today": today,
        "minutes": math.ceil(seconds / 60),
        "deck": visible(deck.path or "all decks", newlines=False),
        "vault": visible(workspace.vault.root.resolve().name, newlines=False),
        "waiting": len(workspace.journal.waiting),
    }


def cards(workspace: Workspace, paths: Sequence[Path], *, as_json: bool) -> int:
    """List the questions of a vault, or of some of its notes and folders."""
    vault = workspace.vault
    wanted = [_within(vault, path) for path in paths]

    def chosen(path: str) -> bool:
        path = composed(path)
        return not wanted or any(part in (path, "") or path.startswith(f"{part}/") for part in map(composed, wanted))

    for part in wanted:
        if (
            part
            and part not in vault.sheets
            and not any(chosen(path) for path in vault.sheets)
            and part not in vault.unreadable
        ):
            raise VaultError(f"there is no note {part} in {vault.root}; notes end in .md and lie outside dot-folders")
    notes = [note for path in vault.paths() if chosen(path) and (note := vault.note(path)) is not None]
    problems = [problem for problem in vault.problems if problem.path.startswith("/") or chosen(problem.path)]
    if as_json:
        questions = [question_json(note.path, question) for note in notes for question in note.questions]
        _print_json(
            {"vault": str(vault.root), "questions": questions, "problems": [_problem_json(p) for p in problems]}
        )
        return 0
    _say_notices(vault)
    for note in notes:
        for question in note.questions:
            lines = f"{question.sources[0] + 1}-{question.sources[-1] + 1}"
            decks = ", ".join(question.decks)
            print(visible(f"{note.path}:{lines}  {question.kind}  {decks}", newlines=False))
            for card in question.cards:
                name = visible(str(question.id_of(note.path, card)), newlines=False)
                print(f"  {name}  {schedule_text(card.schedule)}")
                print(f"    {_one_line(card.front)} → {_one_line(card.back)}")
    print(f"{sum(len(q.cards) for n in notes for q in n.questions)} cards in {len(notes)} notes")
    _print_problems(problems)
    return 0


def grade(workspace: Workspace, card_id: str, given: Grade, *, as_json: bool, force: bool = False) -> int:
    """Grade one card, as a review would.

    Args:
        workspace: the vault.
        card_id: the card.
        given: the grade.
        as_json: whether what was done is said as JSON.
        force: whether a newer schedule that the card was given elsewhere is graded in place of the one that was seen;
            a grade that waits because of such a one gives way.
    """
    handle = workspace.vault.find(CardId.parse(card_id))
    waiting = [action for action in workspace.journal.waiting if action.card == handle.id and action.grade]
    session = begin_with(workspace, [handle.row])
    if session.current is None:
        raise CardNotFoundError(f"{card_id}: {session.left_out[-1].why}; `studyapp cards` lists every card")
    saved = workspace.store.save(session.grade(given))
    if force and saved.newer is not None:
        waiting.append(saved.action)
        saved = workspace.store.save(session.on_newer(saved.action, saved.newer))
    if force and saved.why_not is None:
        for action in waiting:
            workspace.store.withdraw(action)
    schedule = read_entry(saved.action.after).schedule
    if as_json:
        _print_json(
            {**_action_json(saved.action), "schedule": schedule_json(schedule), "saved": saved.why_not is None}
        )
    elif saved.why_not is None:
        print(f"{visible(card_id)}: {given}, {schedule_text(schedule)}")
    if saved.why_not is not None:
        raise NoteError(
            f"the note was not written, because {saved.why_not.rstrip('.')}. The grade is kept in "
            f"{workspace.journal.kept_in} and {'waits' if saved.newer else 'is tried again the next time'}"
            f"{_FORCE if saved.newer else ''}"
        )
    return 0


def undo(workspace: Workspace, *, redo: bool, as_json: bool) -> int:
    """Take the last action back, or do again what was taken back."""
    workspace.tidy()
    action = workspace.journal.last_undone() if redo else workspace.journal.last_applied()
    if action is None:
        raise StudyError("nothing was undone that could be done again" if redo else "there is nothing to undo")
    workspace.find_again([action])
    store, now = workspace.store, workspace.clock()
    saved = store.redo(action, now) if redo else store.undo(action, now)
    if as_json:
        _print_json({**_action_json(saved.action), "saved": saved.why_not is None})
    elif saved.why_not is None:
        from studyapp.wording.reviews import is_of_one_card, what_text, where_text  # noqa: PLC0415  # it takes a while

        where = f" of {visible(str(action.card), newlines=False)}" if is_of_one_card(action) else where_text(action)
        print(f"{'Redone' if redo else 'Undone'}: {what_text(action)}{where} ({action.at:%Y-%m-%d %H:%M})")
    if saved.why_not is not None:
        raise NoteError(
            f"the note was not written, because {saved.why_not}. It is kept in {workspace.journal.kept_in}"
        )
    return 0


def settings(workspace: Workspace, more: Sequence[Problem] = (), *, as_json: bool) -> int:
    """Show each setting, its value, and where that came from; then what is wrong, with `more` of it."""
    loaded = workspace.vault.loaded
    values = {name: getattr(loaded.settings, name) for name in NAMES}
    if as_json:
        shown = {name: {"value": _plain(value), "origin": str(loaded.origin[name])} for name, value in values.items()}
        problems = [_problem_json(problem) for problem in (*loaded.problems, *more)]
        within = _nested_json(workspace.vault)
        _print_json({"vault": str(workspace.vault.root), "settings": shown, "nested": within, "problems": problems})
        return 0
    rows = [("setting", "value", "from")]
    rows += [
        (name, visible(toml_text(value), newlines=False), visible(str(loaded.origin[name])))
        for name, value in values.items()
    ]
    _print_table(rows, left=3)
    for prefix, nested in sorted(workspace.vault.nested.items()):
        changed = [f.name for f in fields(Settings) if getattr(nested.settings, f.name) != values[f.name]]
        print(f"\nwithin {visible(prefix)}, {_whose(workspace.vault, prefix)}:")
        _print_table(
            [
                (name, visible(toml_text(getattr(nested.settings, name))), visible(str(nested.origin[name])))
                for name in changed
            ],
            left=3,
        )
    if notice := workspace.vault.nested_notice:
        print(f"\n{notice}")
    _say_notices(workspace.vault)
    _print_problems([*loaded.problems, *more])
    return 0


def _whose(vault: Vault, prefix: str) -> str:
    return "beside the settings around it" if prefix in vault.inheriting else "a vault of its own"


def _nested_json(vault: Vault) -> list[dict[str, Any]]:
    """Each folder with a configuration folder of its own, and what is set differently there."""
    found = []
    for prefix in sorted(vault.nested.keys() | vault.inheriting):
        loaded = vault.loaded_for(prefix)
        changed = [name for name in NAMES if getattr(loaded.settings, name) != getattr(vault.settings, name)]
        found.append(
            {
                "folder": prefix,
                "inherits": prefix in vault.inheriting,
                "settings": {
                    name: {"value": _plain(getattr(loaded.settings, name)), "origin": str(loaded.origin[name])}
                    for name in changed
                },
            }
        )
    return found


def keys(bound: Sequence[tuple[str, tuple[str, ...], str]], changed: Mapping[str, str], *, as_json: bool) -> int:
    """List what can be bound to other keys: its name in the settings, its keys now, what it does."""
    now = [(name, tuple(changed[name].split(",")) if name in changed else usual, does) for name, usual, does in bound]
    if as_json:
        _print_json([{"name": name, "keys": list(keys), "does": does} for name, keys, does in now])
        return 0
    _print_table([("name", "keys", "does"), *((name, " ".join(keys), does) for name, keys, does in now)], left=3)
    return 0


def question_json(path: str, question: Question) -> dict[str, Any]:
    """A question as an object; lines count from 1, the last one included."""
    return {
        "path": path,
        "lines": [question.sources[0] + 1, question.sources[-1] + 1],
        "type": question.kind,
        "decks": list(question.decks),
        "hash": question.hash,
        "context": list(question.context),
        "block_id": question.block_id,
        "cards": [
            {
                "id": str(question.id_of(path, card)),
                "front": card.front,
                "back": card.back,
                "schedule": schedule_json(card.schedule),
            }
            for card in question.cards
        ],
    }


def schedule_json(schedule: Schedule | None) -> dict[str, Any] | None:
    """A schedule as an object; null where it is not a number or not a date."""
    if schedule is None:
        return None
    values = {f.name: getattr(schedule, f.name) for f in fields(schedule)}
    values["due"] = schedule.due and (
        js_time(schedule.due) if isinstance(schedule, Fsrs) else schedule.due.isoformat()
    )
    if isinstance(schedule, Fsrs):
        values["last_review"] = schedule.last_review and js_time(schedule.last_review)
    algorithm = "fsrs" if isinstance(schedule, Fsrs) else "sm2"
    return {"algorithm": algorithm, **{name: _number(value) for name, value in values.items()}}


def schedule_text(schedule: Schedule | None) -> str:
    """A schedule in words."""
    if schedule is None:
        return "new"
    if schedule.due is None:
        return "never due: its date cannot be understood"
    if isinstance(schedule, Fsrs):
        return f"due {schedule.due.astimezone():%Y-%m-%d %H:%M}, stability {schedule.stability:g} d"
    numbers = [("interval", schedule.interval, "d"), ("ease", schedule.ease, "%")]
    words = [f"{name} {value:g} {unit}" if value == value else f"no {name}" for name, value, unit in numbers]  # noqa: PLR0124  # NaN
    return ", ".join([f"due {schedule.due}", *words])


def _number(value: Any) -> Any:
    """Whole numbers without a fraction; what is not a number as null."""
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() else value  # noqa: PLR0124  # NaN
    return value


def _action_json(action: Action) -> dict[str, Any]:
    return {
        "card": str(action.card),
        "kind": action.kind,
        "grade": action.grade,
        "at": action.at.isoformat(),
        "before": action.before,
        "after": action.after,
        "status": action.status,
        "why": action.why,
    }


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {f.name: getattr(problem, f.name) for f in fields(problem)}


def _plain(value: Any) -> Any:
    with suppress(TypeError):
        json.dumps(value)
        return value
    return dict(value) if hasattr(value, "items") else str(value)


def _within(vault: Vault, path: Path) -> str:
    """A path as the vault's notes are named."""
    real = expanded(path)
    if real.is_relative_to(vault.root):
        return real.relative_to(vault.root).as_posix().removeprefix(".")
    return path.as_posix()


def _all_decks(deck: Deck) -> list[Deck]:
    return [deck, *(below for name in sorted(deck.children) for below in _all_decks(deck.children[name]))]


def _one_line(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= 80 else f"{line[:79]}…"


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=True, indent=2))


def _print_table(rows: Sequence[tuple[str, ...]], *, left: int = 1) -> None:
    """Print rows in columns; the first `left` ones begin at the left, the others hold numbers."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def _print_problems(problems: Sequence[Problem]) -> None:
    if problems:
        print(f"\n{len(problems)} {'finding' if len(problems) == 1 else 'findings'}:", file=sys.stderr)
    equal = Counter((problem.code, problem.remedy) for problem in problems)
    told: set[tuple[str, str]] = set()
    for problem in problems:
        kind = problem.code, problem.remedy
        more = equal[kind] - 1
        if more >= _EQUAL:
            if kind in told:
                continue
            told.add(kind)
            said = f"{problem} So do {more:,} more; `studyapp doctor` lists them."
        else:
            said = str(problem)
        print(f"  {problem.severity}: {visible(said, newlines=False)}", file=sys.stderr)


def _say_notices(vault: Vault) -> None:
    if vault.inferred:
        print(INFERRED_NOTICE, file=sys.stderr)
