"""`studyapp doctor`: findings for users and scripts; fixes are shown before they are made."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final

from msgspec.structs import fields

from studyapp.cli.git import renew_driver, stale_driver
from studyapp.cli.opening import open_vault, opened_alone
from studyapp.cli.output import print_json
from studyapp.cli.streams import agrees, progress, tell_progress
from studyapp.core.errors import Problem, Severity
from studyapp.core.plural import count
from studyapp.core.settings.values import toml_text
from studyapp.core.visible import takes_colour, visible
from studyapp.core.workspace.hook import hook_problems
from studyapp.core.workspace.workspace import Workspace
from studyapp.runs.cards.link_check import wrong_demo_links
from studyapp.study.doctor.examine import Examination, Progress
from studyapp.study.doctor.findings import KINDS, Advice, Finding
from studyapp.study.doctor.groups import Group, grouped
from studyapp.study.doctor.repair import Repair, Repaired, repair_all

_WEIGHT: Final = {severity.noun: weight for weight, severity in enumerate(Severity)}
_MANY: Final = 500
"""Notes that take long enough to show progress."""
_COLOURS: Final = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}


def doctor(options: argparse.Namespace) -> int:
    """Report what is wrong or surprising in a vault, and fix it if requested.

    Returns:
        0 where nothing was found, or nothing is left; else 1.
    """
    if not options.fix:
        return _doctor(open_vault(options), options)
    with opened_alone(options, recover=True) as workspace:
        return _doctor(workspace, options)


def _doctor(workspace: Workspace, options: argparse.Namespace) -> int:
    renewed = options.fix and _renewed(workspace, options)
    examination, findings = _examined(workspace, options.severity)
    repairs = examination.repairs(findings) if options.fix or options.json else []
    if not options.json:
        if notice := workspace.vault.nested_notice:
            print(f"{notice}\n")
        _print_findings(findings, options)
    mended: list[Repaired] = []
    if options.fix and repairs:
        wanted = options.yes
        if not options.json:
            wanted = _shown_and_wanted(repairs, options)
        if wanted:
            mended = repair_all(workspace.store, repairs, workspace.clock())
            if not options.json:
                _print_mended(mended)
            workspace.vault.scan()
            _, findings = _examined(workspace, options.severity)
            if not options.json:
                print(_verdict(findings, grouped(findings), left=True))
    elif options.fix and not options.json and not renewed:
        print("Nothing can be fixed safely." if findings else "There is nothing to fix.")
    if options.json:
        print_json(_as_json(workspace, findings, repairs, mended))
    return 1 if findings else 0


def _renewed(workspace: Workspace, options: argparse.Namespace) -> bool:
    """Renew the command that git calls to merge notes, if it is out of date, and say so."""
    root = workspace.vault.root
    if not stale_driver(root):
        return False
    renew_driver(root)
    if not options.json:
        print("The command that git calls to merge notes was renewed.\n")
    return True


def _of_git(workspace: Workspace) -> list[Problem]:
    if not stale_driver(workspace.vault.root):
        return []
    reason = "git is set up to merge notes with a command of an earlier version, or one that no longer exists"
    return [Problem("git-driver", ".git/config", None, reason, "`studyapp doctor --fix` renews it")]


def _examined(workspace: Workspace, least: str) -> tuple[Examination, list[Finding]]:
    history, vault = workspace.history, workspace.vault
    examination = Examination(vault, history.reviews(), [partial(wrong_demo_links, vault=vault.root)])
    with progress():
        findings = examination.run(
            [*workspace.journal.problems, *history.problems, *_of_git(workspace), *hook_problems(vault.loaded)],
            tell=_tell,
        )
    return examination, [one for one in findings if _WEIGHT[one.severity.noun] >= _WEIGHT[least]]


def _tell(found: Progress) -> None:
    """Show progress, if it takes a while."""
    if found.notes >= _MANY:
        tell_progress(f"Examining {found.done:,} of {found.notes:,} notes …")


def _print_findings(findings: Sequence[Finding], options: argparse.Namespace) -> None:
    colours = takes_colour(sys.stdout)
    found = grouped(findings)
    for code, in_kind in groupby(found, key=lambda one: one.first.code):
        groups = list(in_kind)
        number = sum(len(one.findings) for one in groups)
        print(f"{_painted(KINDS.get(code, code), '1', on=colours)} ({number:,})")
        for group in groups:
            _print_group(group, colours=colours, fix=options.fix)
        print()
    print(_verdict(findings, found))


def _print_group(group: Group, *, colours: bool, fix: bool) -> None:
    if not group.is_one:
        print(f"  {group.said}, for example:")
    margin = "  " if group.is_one else "    "
    for one, times in group.examples:
        place = _painted(visible(one.place, newlines=False), _COLOURS[one.severity], on=colours)
        again = f" ({times:,} times)" if times > 1 else ""
        print(f"{margin}{place}: {one.severity.noun}: {_line(one.reason)}{again}.")
    print(f"    {_line(group.remedy)}.")
    first = group.first
    for line in first.advice.told if first.advice is not None else ():
        print(f"      {_line(line)}")
    if group.fixable and not fix:
        what = _line(first.fix.what) if group.is_one and first.fix is not None else f"fixes {group.fixable:,} of them"
        print(f"    --fix {what}.")


def _verdict(findings: Sequence[Finding], groups: Sequence[Group], *, left: bool = False) -> str:
    if not findings:
        return "Nothing left." if left else "No problems found."
    counts = Counter(one.first.severity for one in groups)
    said = ", ".join(count(counts[one], one.noun) for one in reversed(Severity) if counts[one])
    fixable = sum(one.fix is not None for one in findings)
    total = f"{count(len(groups), 'problem')}{' left' if left else ''} ({said})"
    total += f", in {len(findings):,} places" if len(findings) > len(groups) else ""
    return f"{total}; --fix fixes {fixable:,}." if fixable else f"{total}."


def _shown_and_wanted(repairs: Iterable[Repair], options: argparse.Namespace) -> bool:
    """Show what would change, and ask."""
    shown = list(repairs)
    for one in shown:
        print()
        for line in one.difference:
            print(visible(line, newlines=False))
    notes = count(len(shown), "note")
    if options.yes:
        return True
    unasked = f"Nothing was written, as there is no terminal to ask on; --yes changes {notes} as shown."
    print()
    if agrees(f"Change {notes} as shown?", unasked):
        return True
    if sys.stdin.isatty():
        print("Nothing was written.")
    return False


def _print_mended(mended: Sequence[Repaired]) -> None:
    print()
    for one in mended:
        if one.why_not is None:
            print(f"fixed {visible(one.repair.path, newlines=False)}; `studyapp undo` reverts it")
        else:
            print(f"not fixed: {_line(one.why_not)}", file=sys.stderr)


def _as_json(
    workspace: Workspace, findings: Sequence[Finding], repairs: Sequence[Repair], mended: Sequence[Repaired]
) -> dict[str, Any]:
    return {
        "vault": str(workspace.vault.root),
        "findings": [_group_json(one) for one in grouped(findings)],
        "counts": dict(Counter(one.code for one in findings)),
        "repairs": [{"path": one.path, "diff": one.difference} for one in repairs] if not mended else [],
        "mended": [
            {"path": one.repair.path, "diff": one.repair.difference, "saved": one.why_not is None, "why": one.why_not}
            for one in mended
        ],
    }


def _group_json(group: Group) -> dict[str, Any]:
    """A finding as an object, or many equal ones as one with all of their places."""
    first = group.first
    fix = first.fix.what if first.fix is not None else None
    return {
        "code": first.code,
        "title": KINDS.get(first.code, first.code),
        "severity": first.severity,
        "place": first.place,
        "path": first.path,
        "line": first.line,
        "reason": first.reason if group.is_one else f"{group.said}, for example: {first.reason}",
        "remedy": group.remedy,
        "fix": fix if group.is_one or not group.fixable else f"fixes {group.fixable} of them",
        "advice": None if first.advice is None else _advice_json(first.advice),
        "count": len(group.findings),
        "examples": [{"place": one.place, "reason": one.reason, "count": times} for one, times in group.examples],
        "places": [{"path": one.path, "line": one.line, "reason": one.reason} for one in group.findings],
    }


def _advice_json(advice: Advice) -> dict[str, Any]:
    """Other settings as an object: what to set, and its effect."""
    values = {one.name: getattr(advice, one.name) for one in fields(advice)}
    return {**values, "settings": {name: toml_text(value) for name, value in advice.settings}}


def _line(text: str) -> str:
    """A text on one line, without its final full stop."""
    return visible(text, newlines=False).rstrip(".")


def _painted(text: str, colour: str, *, on: bool) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if on else text
