"""The command line: the same core as the app's, for scripts, editors and a quick look.

Exit codes: 0 done; 1 what was asked for is not possible (why is on standard error); 2 misuse.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from studyapp.cli.completion.scripts import SCRIPTS
from studyapp.cli.options import Handler, parser_of, without_more
from studyapp.cli.review import review
from studyapp.cli.streams import guarded, mend_streams, need_terminal, say_error
from studyapp.collector import let_go
from studyapp.core.clock import system_clock
from studyapp.core.disk.home import expanded
from studyapp.core.errors import StudyError, VaultError
from studyapp.core.locations import Locations, bundled_vault
from studyapp.core.settings.load import config_folder, plugin_file_of
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace

DEMO_COMMANDS = ("demo", "open", "install-links")
WITHOUT_VAULT = ("completion", "init", "merge-driver")
COMPLETE = "complete"
"""What the shells call at each press of Tab; not for people, so it is in no list."""
_MUCH = 20_000_000
"""Bytes of review logs that take longer than a second to read."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if hasattr(time, "tzset"):
        time.tzset()
    mend_streams()
    return guarded(lambda: _do(given))


def _do(given: list[str]) -> int:
    if given[:1] == [COMPLETE]:
        return _complete(given[1:])
    if wrong := _misuse(given):
        say_error(wrong)
        return 2
    return _run(_parsed(given))


def _misuse(given: list[str]) -> str:
    """What is wrong with a command line that does not begin with a command; empty if nothing is."""
    commands = (*_HANDLERS, *DEMO_COMMANDS)
    if not given or given[0] in (*commands, "-h", "--help", "--version"):
        return ""
    from studyapp.cli.meant import misuse

    return misuse(given, commands, (*WITHOUT_VAULT, *DEMO_COMMANDS))


def _parsed(given: list[str]) -> argparse.Namespace:
    first = given[0] if given else ""
    if first in (*DEMO_COMMANDS, "-h", "--help", "--version"):
        return without_more(_whole_parser(), given)
    if first == "merge-driver" and not {"-h", "--help", "--"} & {*given[1:2]}:
        given.insert(1, "--")  # git names a note as it is called, and clones may be set up without this
    if first not in _HANDLERS:  # `studyapp [VAULT]`: a folder, or nothing
        first, given = "app", ["app", *given]
    return without_more(parser_of(_HANDLERS, first), given)


def _whole_parser() -> argparse.ArgumentParser:
    from studyapp.cli.demo import add_demo_parsers

    return parser_of(_HANDLERS, add_others=add_demo_parsers)


def _run(options: argparse.Namespace) -> int:
    handler: Handler = options.handler
    if handler not in (_app, _review):  # the collector waits until the first card is painted
        let_go()
    return handler(options)


def _open(options: argparse.Namespace, *, scan: bool = True) -> Workspace:
    """Open the vault that is meant: the one named, the last one, or a copy of the bundled one."""
    locations = Locations.of_user()
    root = _root(options, locations)
    _say_if_long(root, locations)
    workspace = Workspace.open(root, locations, options.now or system_clock, dict(options.set))
    if _named(options):
        locations.remember(last_vault=str(root))
    if scan:
        _say_if_large(workspace, options)
        workspace.vault.scan()  # for undo too: what `??` means may have to be inferred from the notes
    return workspace


def _say_if_long(root: Path, locations: Locations) -> None:
    """Say that years of reviews are read, as they are where no cache has them yet; nothing else can be shown then."""
    if not sys.stderr.isatty():
        return
    log = locations.journal(root)
    with suppress(OSError):
        size = 0 if locations.ledger(log).exists() else sum(one.stat().st_size for one in log.parent.glob("*.jsonl"))
        if size > _MUCH:
            said = f"reading the review logs ({size / 1e6:,.0f} MB); that takes a while, this once …"
            print(f"studyapp: {said}", file=sys.stderr)


def _say_if_large(workspace: Workspace, options: argparse.Namespace) -> None:
    """Say that a large note is read and written, where a grade is for one."""
    name = str(getattr(options, "note", None) or getattr(options, "card", "")).rsplit(":", 3)[0]
    if not (name and hasattr(options, "grade") and sys.stderr.isatty()):
        return
    from studyapp.wording.numbers import large_text

    if said := large_text(name, workspace.vault.size_of(name)):
        print(f"studyapp: {visible(said, newlines=False)}", file=sys.stderr)


def _alone(options: argparse.Namespace) -> AbstractContextManager[bool]:
    """Let no other copy of the program write into the vault meanwhile; what it has begun is waited for."""
    locations = Locations.of_user()
    return locations.alone(_root(options, locations))


def _named(options: argparse.Namespace) -> Path | None:
    named: Path | None = getattr(options, "folder", None) or options.vault
    return named


def _root(options: argparse.Namespace, locations: Locations) -> Path:
    named = _named(options)
    return expanded(named) if named else _usual_vault(locations)


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
    """The vault that a note or folder is in, else its folder.

    It is the nearest that this app knows or that has settings of the plugin; what has neither is read with the
    settings around it, and is a vault only where there are none.
    """
    path = expanded(path)
    folder = path if path.is_dir() else path.parent
    above = (folder, *folder.parents)
    known = (one for one in above if (one / ".studyapp").is_dir() or plugin_file_of(one) is not None)
    return next(known, None) or next((one for one in above if config_folder(one) is not None), folder)


def _app(options: argparse.Namespace) -> int:
    workspace = _open(options, scan=False)
    need_terminal()
    from studyapp.tui.app.app import StudyApp

    return StudyApp(workspace).run_to_exit_code()


def _review(options: argparse.Namespace) -> int:
    return review(options, lambda scan: _open(options, scan=scan))


def _due(options: argparse.Namespace) -> int:
    from studyapp.cli.due import due

    return due(_open(options), options.deck, as_json=options.json, template=options.format)


def _search(options: argparse.Namespace) -> int:
    from studyapp.cli.search import SORTS, search

    if options.sort not in SORTS:
        raise StudyError(f"there is no order {options.sort!r}; sort by {', '.join(SORTS)}")
    return search(_open(options), options.query, options.sort, descending=options.reverse, as_json=options.json)


def _stats(options: argparse.Namespace) -> int:
    from studyapp.cli.stats import stats

    return stats(_open(options), options.deck, options.range_, as_json=options.json)


def _doctor(options: argparse.Namespace) -> int:
    from studyapp.cli.doctor import doctor

    if not options.fix:
        return doctor(_open(options), options)
    with _alone(options):
        workspace = _open(options)
        workspace.recover()
        return doctor(workspace, options)


def _restore(options: argparse.Namespace) -> int:
    from studyapp.cli.restore import restore

    if options.day is None:
        return restore(_open(options, scan=False), options)
    with _alone(options):
        return restore(_open(options), options)


def _cards(options: argparse.Namespace) -> int:
    from studyapp.cli.cards import cards

    if options.vault is None and options.paths:
        for path in options.paths:
            if not expanded(path).exists():
                raise VaultError(f"there is no {path}")
        options.vault = vault_of(options.paths[0])
    return cards(_open(options), options.paths, as_json=options.json)


def _grade(options: argparse.Namespace) -> int:
    from studyapp.cli.grade import grade

    with _alone(options):
        workspace = _open(options)
        workspace.recover()
        return grade(workspace, options.card, options.grade, as_json=options.json, force=options.force)


def _notes(options: argparse.Namespace) -> int:
    from studyapp.cli.whole_notes import notes

    return notes(_open(options), as_json=options.json)


def _grade_note(options: argparse.Namespace) -> int:
    from studyapp.cli.whole_notes import grade_note

    with _alone(options):
        workspace = _open(options)
        workspace.recover()
        return grade_note(workspace, options.note, options.grade, as_json=options.json, force=options.force)


def _undo(options: argparse.Namespace) -> int:
    from studyapp.cli.grade import undo

    with _alone(options):
        return undo(_open(options), redo=options.name == "redo", as_json=options.json)


def _settings(options: argparse.Namespace) -> int:
    from studyapp.cli.settings import keys, settings

    workspace = _open(options)
    loaded = workspace.vault.loaded
    if not options.keys and not loaded.settings.keys:
        return settings(workspace, as_json=options.json)
    from studyapp.tui.app.app import StudyApp
    from studyapp.tui.app.keymap import find_problems, listed, usable

    if options.keys:
        return keys(listed(StudyApp), usable(loaded.settings.keys), as_json=options.json)
    problems = find_problems(loaded.settings.keys, loaded.origin["keys"], StudyApp)
    return settings(workspace, problems, as_json=options.json)


def _completion(options: argparse.Namespace) -> int:
    print(SCRIPTS[options.shell], end="")
    return 0


def _complete(words: Sequence[str]) -> int:
    from studyapp.cli.completion.command import complete_words

    shell, *given = words or [""]
    with_demos = len(given) < 2 or given[0] in DEMO_COMMANDS
    return complete_words(_whole_parser() if with_demos else parser_of(_HANDLERS), shell, given, _usual_vault)


def _merge_driver(options: argparse.Namespace) -> int:
    from studyapp.cli.git import merge_driver

    return merge_driver(options)


def _init(options: argparse.Namespace) -> int:
    if options.git:
        from studyapp.cli.git import init_git

        return init_git(expanded(options.folder or Path()))
    if options.folder is None:
        raise VaultError("name the folder to make, such as `studyapp init ~/Notes`")
    folder = expanded(options.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise VaultError(f"{folder} is not empty; open it as it is with `studyapp {options.folder}`")
        for source in sorted(Path(__file__).parents[1].joinpath("starter").glob("*.md")):
            shutil.copyfile(source, folder / source.name)
    except OSError as error:
        raise VaultError(f"{folder} cannot be made ({error.strerror}); choose another place") from error
    print(f"{visible(str(folder))} holds a note that shows how cards are written. Open it with:")
    print(f"  studyapp {visible(str(options.folder))}")
    return 0


_HANDLERS: dict[str, Handler] = {
    "app": _app,
    "review": _review,
    "due": _due,
    "search": _search,
    "stats": _stats,
    "cards": _cards,
    "grade": _grade,
    "notes": _notes,
    "grade-note": _grade_note,
    "undo": _undo,
    "redo": _undo,
    "settings": _settings,
    "doctor": _doctor,
    "restore": _restore,
    "completion": _completion,
    "init": _init,
    "merge-driver": _merge_driver,
}
