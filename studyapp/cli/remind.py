"""`studyapp remind`: shows what is due, now or every day at a set time."""

from __future__ import annotations

import argparse

from studyapp.cli.due import due_values
from studyapp.cli.opening import open_vault
from studyapp.cli.timers import timer
from studyapp.core.disk.programs import printed
from studyapp.core.errors import MisuseError
from studyapp.core.plural import count
from studyapp.study.review.today import decks_of

_SECONDS = 10


def remind(options: argparse.Namespace) -> int:
    """Show what is due as a notification, or print it where that is impossible; or see to it that this happens daily.

    Raises:
        StudyError: if this machine has nothing that does something every day, or it cannot be set up.
    """
    if options.dry_run and options.install is None:
        raise MisuseError("--dry-run shows what --install TIME would write; give both")
    if options.install is not None or options.remove:
        return _install(options)
    workspace = open_vault(options)
    values = due_values(workspace, decks_of(workspace))
    due, new, minutes = int(values["due"]), int(values["new"]), int(values["minutes"])
    if not due + new:
        return 0
    text = f"{count(due, 'card')} due, {new:,} new, about {count(minutes, 'minute')}"
    if not _notified(f"studyapp: {workspace.vault.root.name}", text):
        print(text)
    return 0


def _notified(title: str, text: str) -> bool:
    """Whether the desktop showed it."""
    commands = (
        ["notify-send", "--app-name=studyapp", title, text],
        ["terminal-notifier", "-title", title, "-message", text],
    )
    return any(printed(command, _SECONDS) is not None for command in commands)


def _install(options: argparse.Namespace) -> int:
    """Install or remove the daily reminder; prints each file written and each command run."""
    made = timer(str(open_vault(options, scan=False).vault.root))
    if options.remove:
        lines = made.remove()
    elif options.dry_run:
        lines = made.shown(options.install)
    else:
        lines = made.install(options.install)
    for line in lines:
        print(line)
    return 0
