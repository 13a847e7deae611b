"""What a parser takes, and its commands: argparse has no public name for either."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence


def parts_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Its options and arguments."""
    return [part for part in parser._actions if not isinstance(part, argparse._SubParsersAction)]


def repeats(part: argparse.Action) -> bool:
    """Whether an option may be given several times."""
    return isinstance(part, argparse._AppendAction)


def commands_of(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """Its commands by their names."""
    return next((dict(part.choices) for part in _commands(parser)), {})


def described(parser: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    """Its commands as its help lists them."""
    return next((part._choices_actions for part in _commands(parser)), [])


def _commands(parser: argparse.ArgumentParser) -> list[argparse._SubParsersAction[argparse.ArgumentParser]]:
    return [part for part in parser._actions if isinstance(part, argparse._SubParsersAction)]
