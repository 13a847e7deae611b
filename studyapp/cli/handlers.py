"""Runs each command; it imports what it needs, so that each command costs no more than itself."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from studyapp.cli.streams import need_terminal
from studyapp.collector import let_go
from studyapp.core.errors import MisuseError, VaultError

if TYPE_CHECKING:
    from studyapp.core.workspace.workspace import Workspace

Handler = Callable[[argparse.Namespace], int]


def run_command(options: argparse.Namespace) -> int:
    """Run the parsed command, and return the exit code."""
    if options.name not in ("app", "review", "open"):  # the collector waits until the first card is painted
        let_go()
    return HANDLERS[options.name](options)


def _open(options: argparse.Namespace, *, scan: bool = True) -> Workspace:
    from studyapp.cli.opening import open_vault

    return open_vault(options, scan=scan)


@contextmanager
def _alone(options: argparse.Namespace, *, recover: bool = False) -> Iterator[Workspace]:
    """The vault, while no other process of the program writes into it."""
    from studyapp.cli.opening import alone

    with alone(options):
        workspace = _open(options)
        if recover:
            workspace.recover()
        yield workspace


def _app(options: argparse.Namespace) -> int:
    workspace = _open(options, scan=False)
    need_terminal()
    from studyapp.tui.app.app import StudyApp

    return StudyApp(workspace).run_to_exit_code()


def _review(options: argparse.Namespace) -> int:
    from studyapp.cli.review import review

    return review(options, lambda scan: _open(options, scan=scan))


def _due(options: argparse.Namespace) -> int:
    from studyapp.cli.due import due

    return due(_open(options), options.deck, as_json=options.json, template=options.format)


def _search(options: argparse.Namespace) -> int:
    from studyapp.cli.search import SORTS, search

    if options.sort not in SORTS:
        raise MisuseError(f"can't sort by {options.sort!r}; sort by {', '.join(SORTS)}")
    return search(_open(options), options.query, options.sort, descending=options.reverse, as_json=options.json)


def _stats(options: argparse.Namespace) -> int:
    from studyapp.cli.stats import stats

    return stats(_open(options), options.deck, options.range_, as_json=options.json)


def _doctor(options: argparse.Namespace) -> int:
    from studyapp.cli.doctor import doctor

    if not options.fix:
        return doctor(_open(options), options)
    with _alone(options, recover=True) as workspace:
        return doctor(workspace, options)


def _cache(options: argparse.Namespace) -> int:
    from studyapp.cli.cache import cache

    return cache(options)


def _restore(options: argparse.Namespace) -> int:
    from studyapp.cli.restore import restore

    if options.day is None:
        return restore(_open(options, scan=False), options)
    with _alone(options) as workspace:
        return restore(workspace, options)


def _cards(options: argparse.Namespace) -> int:
    from studyapp.cli.cards import cards
    from studyapp.cli.opening import vault_of
    from studyapp.core.disk.home import expanded

    if options.vault is None and options.paths:
        for path in options.paths:
            if not expanded(path).exists():
                raise VaultError(f"there is no {path}")
        options.vault = vault_of(options.paths[0])
    return cards(_open(options), options.paths, as_json=options.json)


def _grade(options: argparse.Namespace) -> int:
    from studyapp.cli.grade import grade

    with _alone(options, recover=True) as workspace:
        return grade(workspace, options.card, options.grade, as_json=options.json, force=options.force)


def _add(options: argparse.Namespace) -> int:
    from studyapp.cli.add import add

    if options.dry_run:
        return add(_open(options), options)
    with _alone(options) as workspace:
        return add(workspace, options)


def _mark(options: argparse.Namespace) -> int:
    from studyapp.cli.marks import mark

    name, number = options.name, getattr(options, "number", "1")
    if name == "flag" and options.remove:
        name = "unflag"
    with _alone(options) as workspace:
        return mark(workspace, name, options.cards, options.query, number, as_json=options.json)


def _change_chosen(options: argparse.Namespace) -> int:
    from studyapp.cli.plan import change_chosen

    with _alone(options, recover=True) as workspace:
        return change_chosen(workspace, options)


def _export(options: argparse.Namespace) -> int:
    from studyapp.cli.export import export_command

    with _alone(options) as workspace:
        return export_command(workspace, options)


def _import(options: argparse.Namespace) -> int:
    from studyapp.cli.importing import import_command

    with _alone(options) as workspace:
        deck = import_command(workspace, options)
    if deck is None:
        return 0
    need_terminal()
    from studyapp.tui.app.app import StudyApp

    return StudyApp(_open(options), deck or None, "review").run_to_exit_code()


def _notes(options: argparse.Namespace) -> int:
    from studyapp.cli.whole_notes import notes

    return notes(_open(options), as_json=options.json)


def _grade_note(options: argparse.Namespace) -> int:
    from studyapp.cli.whole_notes import grade_note

    with _alone(options, recover=True) as workspace:
        return grade_note(workspace, options.note, options.grade, as_json=options.json, force=options.force)


def _undo(options: argparse.Namespace) -> int:
    from studyapp.cli.grade import undo

    with _alone(options) as workspace:
        return undo(workspace, redo=options.name == "redo", as_json=options.json)


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


def _facts(options: argparse.Namespace) -> int:
    from studyapp.cli.facts import facts

    return facts(_open(options), options.card, as_json=options.json)


def _plan(options: argparse.Namespace) -> int:
    from studyapp.cli.plan import plan_command

    with _alone(options, recover=True) as workspace:
        return plan_command(workspace, options)


def _exam(options: argparse.Namespace) -> int:
    from studyapp.cli.exam import change_exam, changes_exam, show_exams

    if changes_exam(options):
        with _alone(options) as workspace:
            change_exam(workspace, options)
    return show_exams(_open(options), options)


def _optimise(options: argparse.Namespace) -> int:
    from studyapp.cli.optimise import optimise

    with _alone(options) as workspace:
        return optimise(workspace, options)


def _serve(options: argparse.Namespace) -> int:
    from studyapp.cli.serve import serve_command

    return serve_command(_open(options, scan=False).vault.root, options)


def _remind(options: argparse.Namespace) -> int:
    from studyapp.cli.remind import install_reminder, remind

    if options.install is None and not options.remove:
        return remind(_open(options))
    return install_reminder(options, str(_open(options, scan=False).vault.root))


def _decide(options: argparse.Namespace) -> int:
    from studyapp.cli.decide import decide_command

    return decide_command(_open(options), options)


def _completion(options: argparse.Namespace) -> int:
    from studyapp.cli.completion.scripts import SCRIPTS

    print(SCRIPTS[options.shell], end="")
    return 0


def _merge_driver(options: argparse.Namespace) -> int:
    from studyapp.cli.git import merge_driver

    return merge_driver(options)


def _init(options: argparse.Namespace) -> int:
    from studyapp.cli.init import init

    return init(options.folder, git=options.git)


def _demo(options: argparse.Namespace) -> int:
    from studyapp.cli.demo.demo import demo_command

    return demo_command(options)


def _open_link(options: argparse.Namespace) -> int:
    from studyapp.cli.demo.demo import open_command

    return open_command(options)


def _install_links(options: argparse.Namespace) -> int:
    from studyapp.cli.demo.demo import install_command

    return install_command(options)


HANDLERS: dict[str, Handler] = {
    "app": _app,
    "review": _review,
    "due": _due,
    "search": _search,
    "stats": _stats,
    "cards": _cards,
    "facts": _facts,
    "grade": _grade,
    "add": _add,
    "suspend": _mark,
    "resume": _mark,
    "bury": _mark,
    "flag": _mark,
    "reset": _change_chosen,
    "set-due": _change_chosen,
    "export": _export,
    "import": _import,
    "notes": _notes,
    "grade-note": _grade_note,
    "undo": _undo,
    "redo": _undo,
    "plan": _plan,
    "exam": _exam,
    "optimise": _optimise,
    "decide": _decide,
    "settings": _settings,
    "doctor": _doctor,
    "cache": _cache,
    "restore": _restore,
    "serve": _serve,
    "remind": _remind,
    "completion": _completion,
    "init": _init,
    "merge-driver": _merge_driver,
    "demo": _demo,
    "open": _open_link,
    "install-links": _install_links,
}
