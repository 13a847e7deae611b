"""The command line: the same core as the app's, for scripts, editors and a quick look.

Exit codes: 0 done; 1 what was asked for is not possible (why is on standard error); 2 misuse.
"""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from studyapp import __version__
from studyapp.collector import let_go
from studyapp.core.clock import fixed_clock, system_clock
from studyapp.core.due_line import PLACEHOLDERS
from studyapp.core.errors import Severity, StudyError, VaultError
from studyapp.core.locations import Locations, bundled_vault
from studyapp.core.schedule import Grade
from studyapp.core.settings import config_folder
from studyapp.core.visible import visible
from studyapp.core.workspace import Workspace
from studyapp.options import add_init, add_merge_driver, add_restore
from studyapp.review_command import add_review_options, review
from studyapp.shell.scripts import ADVICE, SCRIPTS

DEMO_COMMANDS = ("demo", "open", "install-links")
COMPLETE = "complete"
"""What the shells call at each press of Tab; not for people, so it is in no list."""

Handler = Callable[[argparse.Namespace], int]

_DESCRIPTION = """\
Review the flashcards of an Obsidian vault in the terminal.

Without a command, opens the vault that is named, the last one, or a copy of the bundled one."""

_EXAMPLES = """\
examples:
  studyapp ~/Notes                    open a vault
  studyapp review --deck flashcards   review one deck of the last vault
  studyapp due --json                 what is due, for a status bar
  studyapp cards ~/Notes/LoRA.md      the cards of a note, with their ids
  studyapp demo lora --rank 8         watch LoRA learn"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if hasattr(time, "tzset"):
        time.tzset()
    first = given[0] if given else ""
    if first == COMPLETE:
        return _complete(given[1:])
    asks_for_help = first in ("-h", "--help", "--version")
    parser, commands = _parser(with_demos=asks_for_help or first in DEMO_COMMANDS)
    if first not in commands and not asks_for_help:
        given.insert(0, "app")  # `studyapp [VAULT]`: a folder, or nothing
    options = parser.parse_args(given)
    try:
        code = _run(options)
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where it can still be said that nobody could take it
    except StudyError as error:
        print(f"studyapp: {visible(str(error))}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads any more: say nothing about it
        return 0
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO):
            raise
        print(f"studyapp: the output could not be written ({error.strerror})", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left of it would fail again
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _run(options: argparse.Namespace) -> int:
    handler: Handler = options.handler
    if handler not in (_app, _review):  # the collector waits until the first card is painted
        let_go()
    return handler(options)


def _parser(*, with_demos: bool) -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    parser = argparse.ArgumentParser(
        "studyapp",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="COMMAND")

    def add(name: str, handler: Handler, text: str, example: str, *, vault: bool = True) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=f"example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(handler=handler)
        if vault:
            command.add_argument(
                "--vault", type=Path, metavar="DIR", help="the vault; by default the last one opened"
            )
            command.add_argument("--now", metavar="ISO", type=_clock, help="take this for the present time")
            command.add_argument(
                "--set", action="append", default=[], metavar="KEY=VALUE", type=_pair, help="override a setting"
            )
        return command

    app = add("app", _app, "open a vault on its decks (the default)", "studyapp ~/Notes")
    app.add_argument("folder", nargs="?", type=Path, metavar="VAULT")

    reviewing = add(
        "review", _review, "review what is due, or what you choose", "studyapp review --deck flashcards/peft"
    )
    reviewing.add_argument("folder", nargs="?", type=Path, metavar="VAULT")
    add_review_options(reviewing)

    due = add("due", _due, "say what is due", "studyapp due --format '{due} due, {minutes} min'")
    due.add_argument("folder", nargs="?", type=Path, metavar="VAULT")
    due.add_argument("--deck", metavar="D", help="only this deck and the ones below it")
    form = due.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--format", metavar="TEXT", help=f"one line, with {_names()} in it")

    _add_search(add)

    cards = add("cards", _cards, "list questions with their cards", "studyapp cards ~/Notes/LoRA.md --json")
    cards.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="notes or folders; by default the vault")
    cards.add_argument("--json", action="store_true")

    grade = add("grade", _grade, "grade a card", "studyapp grade 'LoRA.md:976f40618e5bc:1:1' --grade good")
    grade.add_argument("card", metavar="CARD_ID", help="as `studyapp cards` lists it: PATH:HASH:OCCURRENCE:SIDE")
    grade.add_argument("--grade", required=True, choices=[*Grade], type=Grade, metavar="{again,hard,good,easy}")
    grade.add_argument("--json", action="store_true")

    _add_notes(add)

    for name, text in (("undo", "take the last grade back"), ("redo", "give the grade again that was taken back")):
        command = add(name, _undo, text, f"studyapp {name}")
        command.set_defaults(name=name)
        command.add_argument("--json", action="store_true")

    settings = add("settings", _settings, "show each setting and where its value came from", "studyapp settings")
    settings.add_argument("--keys", action="store_true", help="list every key that can be changed, by its name")
    settings.add_argument("--json", action="store_true")

    _add_doctor(add)
    add_restore(add, _restore)

    completion = add(
        "completion", _completion, "let a shell complete commands, options and names", ADVICE["bash"], vault=False
    )
    completion.add_argument("shell", choices=[*SCRIPTS], metavar="{bash,zsh,fish}")

    add_init(add, _init)
    add_merge_driver(add, _merge_driver)

    if with_demos:
        from studyapp.demo.commands import add_demo_parsers  # noqa: PLC0415  # costs time that a status bar feels

        add_demo_parsers(commands)
    return parser, dict(commands.choices)


def _add_doctor(add: Callable[..., argparse.ArgumentParser]) -> None:
    doctor = add("doctor", _doctor, "look for what is wrong in the notes", "studyapp doctor --fix")
    doctor.add_argument("folder", nargs="?", type=Path, metavar="VAULT")
    doctor.add_argument("--fix", action="store_true", help="mend what is certain: show it, ask, write it")
    doctor.add_argument("--yes", action="store_true", help="with --fix: do not ask")
    doctor.add_argument(
        "--severity",
        type=Severity,
        choices=[*Severity],
        default=Severity.NOTE,
        metavar="{note,warning,error}",
        help="only what matters at least so much",
    )
    doctor.add_argument("--json", action="store_true")


def _add_notes(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands for notes that are reviewed whole."""
    notes = add("notes", _notes, "list the notes to review whole", "studyapp notes ~/Notes --json")
    notes.add_argument("folder", nargs="?", type=Path, metavar="VAULT")
    notes.add_argument("--json", action="store_true")
    grade = add("grade-note", _grade_note, "grade a whole note", "studyapp grade-note 'Ideas/LoRA.md' --grade good")
    grade.add_argument("note", metavar="NOTE", help="its path in the vault, as `studyapp notes` lists it")
    grades = [Grade.HARD, Grade.GOOD, Grade.EASY]
    grade.add_argument("--grade", required=True, choices=grades, type=Grade, metavar="{hard,good,easy}")
    grade.add_argument("--json", action="store_true")


def _names() -> str:
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def _add_search(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands that look at cards and reviews and change nothing."""
    search = add(
        "search", _search, "list the cards that a query finds", "studyapp search 'is:due ivl>30 -tag:exam' --json"
    )
    search.add_argument("query", metavar="QUERY", help="as in the app; one that begins with - goes after --")
    search.add_argument(
        "--sort", default="place", metavar="BY", help="place, front, deck, due, interval, ease, lapses or note"
    )
    search.add_argument("--reverse", action="store_true", help="the other way round")
    search.add_argument("--json", action="store_true")

    stats = add("stats", _stats, "say how studying goes", "studyapp stats --deck flashcards/peft --range 2026-11")
    stats.add_argument("folder", nargs="?", type=Path, metavar="VAULT")
    stats.add_argument("--deck", metavar="D", help="only this deck and the ones below it")
    stats.add_argument(
        "--range",
        dest="range_",
        default="month",
        type=_range,
        metavar="R",
        help="week, month (the default), quarter, year, all, 90d, 12w, 2026, 2026-11, or 2026-01-01..2026-06-30",
    )
    stats.add_argument("--json", action="store_true")


def _clock(text: str) -> Callable[[], object]:
    try:
        return fixed_clock(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time such as 2026-11-23T09:00 or 2026-11-23T09:00Z"
        ) from None


def _range(text: str) -> str:
    from studyapp.core.stats.period import PeriodError, period  # noqa: PLC0415  # each command loads what it needs

    try:
        period(text, date.max)
    except PeriodError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form KEY=VALUE")
    return name.strip(), value


def _open(options: argparse.Namespace, *, scan: bool = True) -> Workspace:
    """Open the vault that is meant: the one named, the last one, or a copy of the bundled one."""
    locations = Locations.of(os.environ)
    root = _root(options, locations)
    workspace = Workspace.open(root, locations, options.now or system_clock, dict(options.set))
    if _named(options):
        locations.remember(last_vault=str(root))
    if scan:
        workspace.vault.scan()  # for undo too: what `??` means may have to be inferred from the notes
    return workspace


def _alone(options: argparse.Namespace) -> AbstractContextManager[bool]:
    """Let no other copy of the program write into the vault meanwhile; what it has begun is waited for."""
    locations = Locations.of(os.environ)
    return locations.alone(_root(options, locations))


def _named(options: argparse.Namespace) -> Path | None:
    named: Path | None = getattr(options, "folder", None) or options.vault
    return named


def _root(options: argparse.Namespace, locations: Locations) -> Path:
    named = _named(options)
    return named.expanduser().absolute() if named else _usual_vault(locations)


def _usual_vault(locations: Locations) -> Path:
    last = locations.remembered().get("last_vault")
    if isinstance(last, str) and Path(last).is_dir():
        return Path(last)
    trial = locations.trial_vault
    if not trial.is_dir():
        try:
            shutil.copytree(bundled_vault(), trial, ignore=shutil.ignore_patterns(".studyapp"))
        except OSError as error:
            raise VaultError(
                f"the bundled vault cannot be copied to {trial} ({error}); name a vault: `studyapp FOLDER`"
            ) from error
    return trial


def vault_of(path: Path) -> Path:
    """The vault that a note or folder is in: the nearest that Obsidian or this app knows, else its folder."""
    path = path.expanduser().absolute()
    folder = path if path.is_dir() else path.parent
    for above in (folder, *folder.parents):
        if (above / ".studyapp").is_dir() or config_folder(above) is not None:
            return above
    return folder


def _app(options: argparse.Namespace) -> int:
    workspace = _open(options, scan=False)
    _need_terminal()
    from studyapp.tui.app import StudyApp  # noqa: PLC0415  # the screens cost time that scripts need not pay

    return StudyApp(workspace).run_to_exit_code()


def _review(options: argparse.Namespace) -> int:
    return review(options, lambda scan: _open(options, scan=scan), _need_terminal)


def _need_terminal() -> None:
    """Refuse to open screens where nobody can see them or press a key: the app would wait for ever."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # standard error is where the screens are painted
        raise StudyError("there is no terminal to open the app in; `studyapp due` and `studyapp grade` need none")


def _due(options: argparse.Namespace) -> int:
    from studyapp import report  # noqa: PLC0415  # each command loads what it needs

    return report.due(_open(options), options.deck, as_json=options.json, template=options.format)


def _search(options: argparse.Namespace) -> int:
    from studyapp import report_search  # noqa: PLC0415  # as above

    if options.sort not in report_search.SORTS:
        raise StudyError(f"there is no order {options.sort!r}; sort by {', '.join(report_search.SORTS)}")
    return report_search.search(
        _open(options), options.query, options.sort, descending=options.reverse, as_json=options.json
    )


def _stats(options: argparse.Namespace) -> int:
    from studyapp import report_stats  # noqa: PLC0415  # as above

    return report_stats.stats(_open(options), options.deck, options.range_, as_json=options.json)


def _doctor(options: argparse.Namespace) -> int:
    from studyapp import report_doctor  # noqa: PLC0415  # as above

    if not options.fix:
        return report_doctor.doctor(_open(options), options)
    with _alone(options):
        workspace = _open(options)
        workspace.recover()
        return report_doctor.doctor(workspace, options)


def _restore(options: argparse.Namespace) -> int:
    from studyapp import report_restore  # noqa: PLC0415  # as above

    if options.day is None:
        return report_restore.restore(_open(options, scan=False), options)
    with _alone(options):
        return report_restore.restore(_open(options), options)


def _cards(options: argparse.Namespace) -> int:
    from studyapp import report  # noqa: PLC0415  # as above

    if options.vault is None and options.paths:
        for path in options.paths:
            if not path.expanduser().exists():
                raise VaultError(f"there is no {path}")
        options.vault = vault_of(options.paths[0])
    return report.cards(_open(options), options.paths, as_json=options.json)


def _grade(options: argparse.Namespace) -> int:
    from studyapp import report  # noqa: PLC0415  # as above

    with _alone(options):
        workspace = _open(options)
        workspace.recover()
        return report.grade(workspace, options.card, options.grade, as_json=options.json)


def _notes(options: argparse.Namespace) -> int:
    from studyapp import report_notes  # noqa: PLC0415  # as above

    return report_notes.notes(_open(options), as_json=options.json)


def _grade_note(options: argparse.Namespace) -> int:
    from studyapp import report_notes  # noqa: PLC0415  # as above

    with _alone(options):
        workspace = _open(options)
        workspace.recover()
        return report_notes.grade_note(workspace, options.note, options.grade, as_json=options.json)


def _undo(options: argparse.Namespace) -> int:
    from studyapp import report  # noqa: PLC0415  # as above

    with _alone(options):
        return report.undo(_open(options), redo=options.name == "redo", as_json=options.json)


def _settings(options: argparse.Namespace) -> int:
    from studyapp import report  # noqa: PLC0415  # as above

    workspace = _open(options)
    loaded = workspace.vault.loaded
    if not options.keys and not loaded.settings.keys:
        return report.settings(workspace, as_json=options.json)
    from studyapp.tui import keymap  # noqa: PLC0415  # it imports every screen

    if options.keys:
        return report.keys(keymap.listed(), keymap.usable(loaded.settings.keys), as_json=options.json)
    problems = keymap.find_problems(loaded.settings.keys, loaded.origin["keys"])
    return report.settings(workspace, problems, as_json=options.json)


def _completion(options: argparse.Namespace) -> int:
    print(SCRIPTS[options.shell], end="")
    return 0


def _complete(words: Sequence[str]) -> int:
    from studyapp.shell.command import complete_words  # noqa: PLC0415  # as above

    shell, *given = words or [""]
    only = len(given) < 2 or given[0] in DEMO_COMMANDS
    return complete_words(_parser(with_demos=only)[0], shell, given, _usual_vault)


def _merge_driver(options: argparse.Namespace) -> int:
    from studyapp import report_git  # noqa: PLC0415  # as above

    return report_git.merge_driver(options)


def _init(options: argparse.Namespace) -> int:
    if options.git:
        from studyapp import report_git  # noqa: PLC0415  # as above

        return report_git.init_git((options.folder or Path()).expanduser().absolute())
    if options.folder is None:
        raise VaultError("name the folder to make, such as `studyapp init ~/Notes`")
    folder = options.folder.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise VaultError(f"{folder} is not empty; open it as it is with `studyapp {options.folder}`")
        for source in sorted(Path(__file__).with_name("starter").glob("*.md")):
            shutil.copyfile(source, folder / source.name)
    except OSError as error:
        raise VaultError(f"{folder} cannot be made ({error.strerror}); choose another place") from error
    print(f"{visible(str(folder))} holds a note that shows how cards are written. Open it with:")
    print(f"  studyapp {visible(str(options.folder))}")
    return 0
