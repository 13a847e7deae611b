"""How a word on the command line can be completed, from the parsers themselves; no shell, no vault, no demo."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from studyapp.cli.options.values import named_path
from studyapp.cli.parts import commands_of, described, parts_of, repeats


class Files(StrEnum):
    """Whether file names are wanted too; the shell completes those best."""

    NONE = "words"
    FOLDERS = "folders"
    ALL = "files"


class Candidate(NamedTuple):
    """A completion, and what it means."""

    word: str
    help: str = ""


class Found(NamedTuple):
    """How a word can be completed."""

    words: tuple[Candidate, ...] = ()
    files: Files = Files.NONE


Supply = Callable[[], Iterable[Candidate]]
"""Finds the values of an option or argument, such as the decks of a vault."""


class _Line:
    """A command line up to the word being typed."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self.parser = parser
        self.command = ""
        self.wants: argparse.Action | None = None
        """The option whose value comes next."""
        self.places = 0
        """How many positional arguments precede it."""
        self.used: set[str] = set()


def complete(
    parser: argparse.ArgumentParser,
    words: Sequence[str],
    sources: Mapping[str, Supply],
    *,
    usual: str = "",
) -> Found:
    """Find the completions of the last word.

    Args:
        parser: of the whole program.
        words: those behind the program's name; the last one is being typed and may be empty.
        sources: values by the name that a parser gives them (`dest`).
        usual: the command that is meant where none is named.
    """
    *before, typed = words or [""]
    if typed == "=":
        typed = ""  # bash breaks `--deck=x` into three words
    commands = commands_of(parser)
    line = _read(parser, commands, before)
    if typed.startswith("--") and "=" in typed:  # one word in zsh and fish
        name = typed.partition("=")[0]
        option = _option(line.parser, name)
        found = _values(option, sources) if option else Found()
        return _fitting(Found(tuple(_behind(f"{name}=", found.words)), found.files), typed)
    if line.wants is not None:
        return _fitting(_values(line.wants, sources), typed)
    here = [line.parser]
    if not line.command and usual in commands:
        here.append(commands[usual])
    if typed.startswith("-"):
        return _fitting(Found(tuple(_options(here, line.used))), typed)
    found = Found()
    if not line.command and not line.places:
        found = Found(tuple(Candidate(one.dest, _text(one)) for one in described(parser)))
    place = next((action for one in reversed(here) if (action := _place(one, line.places)) is not None), None)
    values = _values(place, sources) if place is not None else Found()
    return _fitting(Found((*found.words, *values.words), values.files), typed)


def _read(
    parser: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser], before: Iterable[str]
) -> _Line:
    line = _Line(parser)
    for word in before:
        if word == "=":
            continue  # as above
        if line.wants is not None:
            line.wants = None
        elif word.startswith("-"):
            option = _option(line.parser, word.partition("=")[0])
            if option is not None:
                line.used.update(() if repeats(option) else option.option_strings)
                line.wants = option if option.nargs != 0 and "=" not in word else None
        elif not line.command and not line.places and word in commands:
            line.parser, line.command = commands[word], word
        else:
            line.places += 1
    return line


def _option(parser: argparse.ArgumentParser, name: str) -> argparse.Action | None:
    return next((part for part in parts_of(parser) if name in part.option_strings), None)


def _options(parsers: Iterable[argparse.ArgumentParser], used: set[str]) -> Iterator[Candidate]:
    for parser in parsers:
        for action in parts_of(parser):
            if action.help != argparse.SUPPRESS:
                for name in action.option_strings:
                    if name not in used and len(name) > 2:
                        yield Candidate(name, _text(action))


def _place(parser: argparse.ArgumentParser, number: int) -> argparse.Action | None:
    """The positional argument that the next word is for."""
    places = [part for part in parts_of(parser) if not part.option_strings]
    if number < len(places):
        return places[number]
    return places[-1] if places and places[-1].nargs in ("*", "+", argparse.REMAINDER) else None


def _values(action: argparse.Action, sources: Mapping[str, Supply]) -> Found:
    if action.choices is not None:
        return Found(tuple(Candidate(str(choice)) for choice in action.choices))
    if action.dest in sources:
        return Found(tuple(sources[action.dest]()))
    if action.type is named_path:
        return Found(files=Files.ALL if action.nargs in ("*", "+") or action.metavar == "FILE" else Files.FOLDERS)
    return Found()


def _text(action: argparse.Action) -> str:
    return (action.help or "").partition(";")[0].replace("%%", "%")


def _behind(prefix: str, words: Iterable[Candidate]) -> Iterator[Candidate]:
    for word in words:
        yield Candidate(prefix + word.word, word.help)


def _fitting(found: Found, typed: str) -> Found:
    fits = {word.word: word for word in found.words if word.word.startswith(typed)}
    return Found(tuple(fits.values()), found.files)
