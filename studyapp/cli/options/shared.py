"""Options that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from studyapp.cli.options.values import clock_at, named_path, pair

Add = Callable[..., argparse.ArgumentParser]
"""Adds a command with an example, and its parser's options."""


def add_vault_options(command: argparse.ArgumentParser) -> None:
    """Add the options of every command about a vault."""
    command.add_argument("--vault", type=named_path, metavar="DIR", help="the vault; the last one opened by default")
    command.add_argument("--now", metavar="ISO", type=clock_at, help="pretend it is this time")
    command.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", type=pair, help="override a setting"
    )


def add_folder(command: argparse.ArgumentParser) -> None:
    """Add the vault as an argument, for commands that take no other."""
    command.add_argument("folder", nargs="?", type=named_path, metavar="VAULT", help="the same as --vault")


def add_json(command: argparse._ActionsContainer, words: str = "as JSON, for scripts") -> None:
    """Add the option to print for scripts."""
    command.add_argument("--json", action="store_true", help=words)


def add_yes(command: argparse._ActionsContainer, when: str = "") -> None:
    """Add the option for a command that asks before it changes notes, and changes none where nobody can be asked."""
    words = f"{when}don't ask; needed where there is no terminal to ask on"
    command.add_argument("--yes", action="store_true", help=words)


def add_deck(options: argparse._ActionsContainer) -> None:
    """Add the options that name a deck."""
    options.add_argument("--deck", metavar="D", help="only this deck and its subdecks")
