"""Adds the options of each command."""

from __future__ import annotations

from collections.abc import Callable

from studyapp.cli.commands import COMMANDS
from studyapp.cli.options.many import MANY
from studyapp.cli.options.shared import Add
from studyapp.cli.options.study import STUDY
from studyapp.cli.options.upkeep import UPKEEP

_ALL = STUDY | MANY | UPKEEP
OPTIONS: dict[str, Callable[[Add], None]] = {name: _ALL[name] for name in COMMANDS}
