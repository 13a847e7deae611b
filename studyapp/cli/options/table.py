"""Finds what adds the options of a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studyapp.cli.options.shared import Add


def options_of(command: str) -> Callable[[Add], object]:
    """What adds the options of a command; the commands of every day come first, as the others need more modules."""
    from studyapp.cli.options.study import STUDY

    if command in STUDY:
        return STUDY[command]
    from studyapp.cli.options.many import MANY
    from studyapp.cli.options.upkeep import UPKEEP

    return (MANY | UPKEEP)[command]
