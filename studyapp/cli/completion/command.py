"""What the shells call when Tab is pressed: looks up decks and demos, and prints the completions."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from studyapp.cli.completion.candidates import Candidate, Found, Supply, complete
from studyapp.cli.parser import parser_of
from studyapp.core.errors import StudyError
from studyapp.core.visible import visible

if TYPE_CHECKING:
    from studyapp.core.vault.decks import Deck
    from studyapp.core.vault.vault import Vault

_USUAL = "app"
"""The command when none is named."""


def complete_words(words: Sequence[str]) -> int:
    """Print what is wanted besides words, then one word a line, with its meaning after a tab.

    Args:
        words: the shell's name, then those behind the program's; the last one is being typed.
    """
    shell, *given = words or [""]
    if shell == "bash":
        given = [_unquoted(word) for word in given]
    found = Found()
    with suppress(StudyError, OSError):  # a failed completion is silent: the user is typing
        if given[:1] == ["demo"] and len(given) > 1:
            found = _demo_words(given[1:])
        else:
            sources: dict[str, Supply] = {
                "deck": lambda: _decks(given),
                "note": lambda: _notes(given),
                "set": _settings,
                "exam": lambda: _exams(given),
                "values": lambda: _exams(given) if "exam" in given else (),  # of a plan
                "preset": lambda: map(Candidate, _vault(given).settings.presets),
            }
            found = complete(parser_of([_USUAL, *given[:1]]), given, sources, usual=_USUAL)
    print(found.files)
    for word in found.words:
        print(visible(word.word, newlines=False), " ".join(visible(word.help).split()), sep="\t")
    return 0


def _unquoted(word: str) -> str:
    with suppress(ValueError):  # an open quotation mark
        return " ".join(shlex.split(word)) if word else word
    return word.lstrip("'\"")


def _settings() -> Iterator[Candidate]:
    from studyapp.core.settings.model import NAMES

    return (Candidate(f"{name}=") for name in NAMES)


def _decks(words: Sequence[str]) -> Iterator[Candidate]:
    """The decks of the named or default vault; from its table, if that is up to date."""
    from studyapp.core.clock import system_clock

    vault, now = _vault(words), system_clock()
    tree = vault.first_decks(now)
    if tree is None:
        vault.scan()
        tree = vault.decks(now)
    return _names(tree)


def _notes(words: Sequence[str]) -> Iterator[Candidate]:
    """The notes of the named or default vault."""
    vault = _vault(words)
    vault.scan()
    return map(Candidate, vault.paths())


def _exams(words: Sequence[str]) -> Iterator[Candidate]:
    """The exams of the vault that is meant."""
    exams = _vault(words).settings.exams
    return (Candidate(name, f"{exam['date']}, {exam.get('deck') or exam['search']}") for name, exam in exams.items())


def _vault(words: Sequence[str]) -> Vault:
    """The vault named on the line, or the default one."""
    from studyapp.cli.opening import usual_vault
    from studyapp.core.disk.home import expanded
    from studyapp.core.locations import Locations
    from studyapp.core.vault.table.table import VaultTable
    from studyapp.core.vault.vault import Vault

    locations = Locations.of_user()
    named = [word for word in words[1:-1] if word and expanded(Path(word)).is_dir()]
    root = expanded(Path(named[-1])) if named else usual_vault(locations)
    return Vault(root, locations.settings, {}, VaultTable(locations.index(root)))


def _names(deck: Deck) -> Iterator[Candidate]:
    for name in sorted(deck.children):
        below = deck.children[name]
        yield Candidate(below.path, f"{below.due} due, {below.new} new")
        yield from _names(below)


def _demo_words(words: Sequence[str]) -> Found:
    from studyapp.cli.demo.demo import demo_parser
    from studyapp.runs.process.own import catalog_of

    catalog = catalog_of()
    name = next((word for word in words[:-1] if not word.startswith("-")), None)
    card = catalog.find([name]) if name else None
    knobs = {knob.name: knob.choices for knob in card.knobs} if card is not None else {}
    sources = {
        knob: lambda choices=choices: [Candidate(str(choice)) for choice in choices]
        for knob, choices in knobs.items()
    }
    demos = [Candidate(one.name, one.title) for one in catalog.demos]
    more = [
        Candidate("compare", "all of them in one picture"),
        Candidate("new", "a start for a demo of your own"),
        Candidate("trust", "let a demo of your own run"),
    ]
    named = {"name": lambda: [*demos, *more]}
    return complete(demo_parser(catalog, name), words, {**sources, **named})
