"""Guesses what a command line without a valid command was meant to be."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from studyapp.cli.commands import COMMANDS, WITHOUT_VAULT
from studyapp.core.visible import visible

_WITH_VALUE: Final = ("--vault", "--now", "--set")
_OTHER_WORDS: Final = {"help": "--help", "version": "--version"}
"""What other programs call some commands."""
_ALIKE: Final = 0.6
"""How similar a word must be to a command to count as a typo."""


def misuse(given: Sequence[str]) -> str:
    """What is wrong with a command line that does not start with a command; empty if nothing is."""
    places = list(_words(given))
    command = next((place for place in places if given[place] in COMMANDS), None)
    if command is not None:
        name, rest = given[command], _without(given, command)
        if given[0] in _OTHER_WORDS:  # `studyapp help due`
            rest[0] = _OTHER_WORDS[given[0]]
        elif places[:2] == [0, command] and name not in WITHOUT_VAULT:  # `studyapp ~/Notes due`
            rest[:1] = ["--vault", given[0]]
        return _say("the command comes first", [name, *rest])
    if not places:
        return ""
    word = given[places[0]]
    if "/" in word or "\\" in word or word.startswith((".", "~")) or Path(word).exists():
        return ""
    near = get_close_matches(word.lower(), [*COMMANDS, *_OTHER_WORDS], 1, _ALIKE)
    if not near:
        return ""
    name = _OTHER_WORDS.get(near[0], near[0])
    return _say(f"there is no command, and no folder, {word!r}", [name, *_without(given, places[0])])


def surplus(more: Sequence[str], options: Collection[str]) -> str:
    """What is wrong with words that a command with these options does not take."""
    word = next((one for one in more if one.startswith("-")), more[0])
    name = word.partition("=")[0]
    if not name.startswith("-"):
        return visible(f"unexpected word {word!r}", newlines=False)
    if name in options:
        return f"nothing after `--` is read as an option; put {name} before it"
    near = get_close_matches(name.lower(), options, 1, _ALIKE)
    meant = f"; did you mean {near[0]}?" if near else "; `--help` lists all"
    return visible(f"there is no option {name}{meant}", newlines=False)


def _words(given: Sequence[str]) -> list[int]:
    """The positions of words that are neither options nor the values of common options."""
    places: list[int] = []
    value = False
    for place, word in enumerate(given):
        if value:
            value = False
        elif word == "--":
            break
        elif word.startswith("-") and word != "-":
            value = any(option.startswith(word) for option in _WITH_VALUE) and len(word) > len("--")
        else:
            places.append(place)
    return places


def _without(given: Sequence[str], place: int) -> list[str]:
    return [*given[:place], *given[place + 1 :]]


def _say(what: str, meant: Sequence[str]) -> str:
    return visible(f"{what}; did you mean `studyapp {shlex.join(meant)}`?", newlines=False)
