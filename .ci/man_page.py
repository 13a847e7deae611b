"""Puts the man page, made from the parsers, into the wheel: `man studyapp` finds it where pip or pipx installs."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPage(BuildHookInterface):
    """Makes it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the page to a wheel that is to be installed for good."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from studyapp.cli.manual import manual  # noqa: PLC0415 - found only once its folder is known

        page = Path(mkdtemp()) / "studyapp.1"
        page.write_text(manual(), encoding="utf-8")
        build_data["shared_data"][str(page)] = "share/man/man1/studyapp.1"
