"""The man page, built from the parsers with the wheel; see `.ci/man_page.py`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping

from studyapp.cli.commands import COMMANDS
from studyapp.cli.parser import parser_of
from studyapp.cli.parts import commands_of, parts_of

_SHARED = ("--vault", "--now", "--set")
"""Options of every command about a vault."""
_NOTHING = ("-h", "--help")


def manual() -> str:
    """The page, in roff."""
    whole = parser_of(COMMANDS)
    parsers = commands_of(whole)
    return "\n".join([*_head(whole), *_commands(parsers), *_shared(parsers), *_epilog(whole)]) + "\n"


def _head(whole: argparse.ArgumentParser) -> Iterator[str]:
    name, *more = (whole.description or "").split("\n\n")
    yield '.TH STUDYAPP 1 "" studyapp'
    yield ".SH NAME"
    yield f"studyapp \\- {_text(name[0].lower() + name[1:]).rstrip('.')}"
    yield ".SH SYNOPSIS"
    yield ".B studyapp\n[\\fIVAULT\\fR]\n.br\n.B studyapp\n\\fICOMMAND\\fR [\\fIOPTION\\fR]..."
    yield ".SH DESCRIPTION"
    for paragraph in more:
        yield _text(paragraph)


def _commands(parsers: Mapping[str, argparse.ArgumentParser]) -> Iterator[str]:
    yield ".SH COMMANDS"
    for name, parser in parsers.items():
        words = [_word(one) for one in parts_of(parser) if not one.option_strings]
        yield f".SS {_text(' '.join([f'studyapp {name}', *words]))}"
        yield _block(parser.description or "")
        for one in parts_of(parser):
            if not {*one.option_strings} & {*_SHARED, *_NOTHING} and (one.help or one.option_strings):
                yield from _entry(one)
        if parser.epilog:
            yield ".PP"
            yield _text(parser.epilog)


def _shared(parsers: Mapping[str, argparse.ArgumentParser]) -> Iterator[str]:
    yield ".SH OPTIONS OF ALL COMMANDS THAT CONCERN A VAULT"
    for one in parts_of(parsers["due"]):
        if {*one.option_strings} & {*_SHARED}:
            yield from _entry(one)


def _epilog(whole: argparse.ArgumentParser) -> Iterator[str]:
    for part in (whole.epilog or "").split("\n\n"):
        title, _, text = part.partition("\n")
        yield f".SH {title.rstrip(':').upper()}"
        yield _block(text)


def _entry(action: argparse.Action) -> Iterator[str]:
    """An option or argument with its description."""
    value = "" if action.nargs == 0 or not action.option_strings else f" {_value(action)}"
    name = ", ".join(f"\\fB{_text(option)}\\fR{_text(value)}" for option in action.option_strings)
    yield f".TP\n{name or _text(_value(action))}"
    yield _text((action.help or "").replace("%%", "%"))


def _word(action: argparse.Action) -> str:
    value = _value(action)
    return {"?": f"[{value}]", "*": f"[{value} ...]"}.get(str(action.nargs), value)


def _value(action: argparse.Action) -> str:
    return str(action.metavar or action.dest).replace("%%", "%")


def _block(text: str) -> str:
    """Text whose indented lines keep their line breaks."""
    filled = [
        _text(part) if not re.search(r"^ ", part, re.MULTILINE) else f".nf\n{_text(part)}\n.fi"
        for part in text.split("\n\n")
    ]
    return "\n.PP\n".join(filled)


def _text(text: str) -> str:
    """Text with roff requests escaped."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...")
    return re.sub(r"^(?=[.'])", r"\\&", text, flags=re.MULTILINE)


if __name__ == "__main__":
    print(manual(), end="")
