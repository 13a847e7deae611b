"""The parser of the command line: built only as far as needed, since all of it takes time."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from studyapp import __version__
from studyapp.cli.commands import COMMANDS, WITHOUT_VAULT
from studyapp.cli.options.shared import Add, add_json, add_vault_options

_NO_OPTION = re.compile(r"-.*\.md(?::[^:]*:\d+:\d+)?|-\(?[a-z]+(?:[:<>=]|!=).*", re.DOTALL | re.IGNORECASE)
"""The name of a note, the id of a card, or a search such as `-is:new`, that starts like an option."""

_DESCRIPTION = """\
Review the flashcards of an Obsidian vault in the terminal.

Without a command, opens the vault you name, else the last one, else a copy of the bundled one."""

_EPILOG = """\
examples:
  studyapp ~/Notes                    open a vault
  studyapp review --deck flashcards   review one deck of the last vault
  studyapp due --json                 what is due, for a status bar
  studyapp cards ~/Notes/LoRA.md      the cards of a note, with their ids
  studyapp demo lora --rank 8         watch LoRA learn

exit codes:
  0   done
  1   it can't be done, or not all of it, and standard error says why; `doctor` and
      `cache --check` have found something wrong
  2   what was typed is wrong: the command, an option, a value, a query, a card's id
      or text, or the name of a deck, a preset, an exam or a demo
  130 interrupted"""


_NO_PLAIN_JSON = WITHOUT_VAULT | {"app", "review", "due", "export", "import", "serve", "remind"}
"""Commands that print nothing for scripts, or whose `--json` does more, or excludes another option."""


class _Parser(argparse.ArgumentParser):
    """Accepts the name of a note, or a search, even if it starts with a dash."""

    def _parse_optional(self, arg_string: str) -> Any:
        return None if _NO_OPTION.fullmatch(arg_string) else super()._parse_optional(arg_string)


def parser_of(known: Collection[str], *, listed: bool = True) -> argparse.ArgumentParser:
    """Make the parser of the command line.

    Args:
        known: the commands whose options it is to know.
        listed: whether it is to know the names of all others.
    """
    parser = _Parser(
        "studyapp",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="COMMAND", prog=parser.prog)

    def add(name: str, example: str, **more: Any) -> argparse.ArgumentParser:
        text = COMMANDS[name].help
        command: argparse.ArgumentParser = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            epilog=f"example: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **more,
        )
        command.set_defaults(name=name, parser=command)
        if name not in WITHOUT_VAULT:
            add_vault_options(command)
        return command

    for name, listed_as in COMMANDS.items():
        if name in known:
            options_of(name)(partial(add, name))
            if name not in _NO_PLAIN_JSON:
                add_json(commands.choices[name])
        elif listed:
            commands.add_parser(name, help=listed_as.help, add_help=False)
    return parser


def options_of(command: str) -> Callable[[Add], object]:
    """What adds the options of a command; the commands of every day come first, as the others need more modules."""
    from studyapp.cli.options.study import STUDY

    if command in STUDY:
        return STUDY[command]
    from studyapp.cli.options.many import MANY
    from studyapp.cli.options.upkeep import UPKEEP

    return (MANY | UPKEEP)[command]


def without_more(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    """The parsed command line; unexpected words end the program."""
    options, more = parser.parse_known_args(words)
    if more:
        from studyapp.cli.guesses import surplus
        from studyapp.cli.parts import parts_of

        command: argparse.ArgumentParser = getattr(options, "parser", parser)
        command.error(surplus(more, [name for part in parts_of(command) for name in part.option_strings]))
    return options
