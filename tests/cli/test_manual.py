"""The man page: it has every command and option of the parsers, and no help text acts as markup."""

from __future__ import annotations

import argparse
import shutil
import subprocess

import pytest

from studyapp.cli.commands import COMMANDS
from studyapp.cli.manual import manual
from studyapp.cli.parser import parser_of


def test_every_command_and_option_is_in_it() -> None:
    page = manual().replace("\\-", "-")
    (commands,) = (one for one in parser_of(COMMANDS)._actions if isinstance(one, argparse._SubParsersAction))
    for name, parser in commands.choices.items():
        section = page.partition(f"\n.SS studyapp {name}")[2].partition("\n.SS ")[0]
        for action in parser._actions:
            for option in action.option_strings:
                if option not in ("-h", "--help", "--vault", "--now", "--set"):
                    assert f"\\fB{option}\\fR" in section, (name, option)
    assert "\\fB--vault\\fR DIR" in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff here")
def test_groff_has_nothing_to_say_about_it() -> None:
    words = ["groff", "-man", "-Tascii", "-ww", "-z"]
    done = subprocess.run(words, input=manual(), capture_output=True, text=True, check=True)
    assert done.stderr == ""
