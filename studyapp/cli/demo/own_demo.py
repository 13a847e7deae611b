"""`studyapp demo new` and `studyapp demo trust`: the user's own demos."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from demos.catalog import Catalog
from studyapp.cli.options.values import named_path
from studyapp.cli.parser import without_more
from studyapp.cli.streams import agrees
from studyapp.core.disk.home import expanded
from studyapp.core.errors import MisuseError
from studyapp.core.locations import Locations
from studyapp.core.visible import visible
from studyapp.runs.process.own import MEANS, Trust, catalog_of, source_of, trusted_of, write_template


def with_vault(words: Sequence[str]) -> tuple[Path | None, list[str]]:
    """The vault whose demos count (the named one, else the last one), and the other words."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--vault", type=named_path)
    options, rest = parser.parse_known_args(words)
    return expanded(options.vault) if options.vault is not None else Locations.of_user().last_vault(), rest


def new(words: Sequence[str]) -> int:
    """Run `studyapp demo new …`: write a file to start from."""
    parser = argparse.ArgumentParser(
        prog="studyapp demo new", description="Write a commented template for a demo of your own.", allow_abbrev=False
    )
    parser.add_argument("name", metavar="NAME", help="its name in links and on the command line")
    parser.add_argument("--folder", type=named_path, metavar="DIR", help="where; by default your own demos' folder")
    options = without_more(parser, words)
    path = write_template(options.name, expanded(options.folder) if options.folder else Locations.of_user().own_demos)
    print(f"{visible(str(path), newlines=False)} was written. Edit it, then:  studyapp demo trust {options.name}")
    return 0


def trust(words: Sequence[str]) -> int:
    """Run `studyapp demo trust …`: show a demo's source and ask whether to trust it, or revoke trust.

    Raises:
        MisuseError: if it is not one of the user's own.
    """
    parser = argparse.ArgumentParser(
        prog="studyapp demo trust",
        description=f"Show the source of a demo of your own, and trust it if you agree. {MEANS}",
        allow_abbrev=False,
    )
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--yes", action="store_true", help="don't ask: you have read it")
    parser.add_argument("--withdraw", action="store_true", help="stop trusting it")
    parser.add_argument("--vault", metavar="DIR", help="the vault with the demo; by default the last one opened")
    vault, rest = with_vault(words)
    options = without_more(parser, rest)
    card = catalog_of(vault).get(options.name)
    if not card.own:
        raise MisuseError(f"{card.name} comes with the program and needs no trust")
    source, kept = source_of(card), Trust.of_user()
    where = visible(str(card.path), newlines=False)
    if options.withdraw:
        was = kept.withdraw(source, card.path)
        print(f"{where} is no longer trusted" if was else f"{where} was not trusted")
        return 0
    if kept.holds(source):
        print(f"{where} is already trusted")
        return 0
    if not options.yes:
        print(visible(source.decode("utf-8", "replace")).rstrip("\n"))
        print(f"\n{where}\n{MEANS}")
        if not sys.stdin.isatty():
            print("nothing is trusted without an answer; --yes answers yes", file=sys.stderr)
            return 1
        if not agrees("Trust this file, as it is now?"):
            print("it was not trusted")
            return 1
    kept.give(source, card.path)
    print(f"{where} is now trusted; if it changes, you will be asked again")
    return 0


def own_lines(catalog: Catalog) -> list[str]:
    """List the user's own demos, and mark the untrusted ones."""
    trusted = trusted_of(catalog.demos)
    lines = []
    for card in catalog.demos:
        if card.own:
            state = "" if card in trusted else "not trusted, only listed: "
            lines.append(f"{card.name:18}{state}{visible(str(card.path), newlines=False)}")
    return ["", "Of your own, or of the vault:", *lines] if lines else []
