"""`studyapp init`: makes a starter vault, or sets up git to merge notes."""

from __future__ import annotations

import argparse
from pathlib import Path

from studyapp.core.disk.home import expanded
from studyapp.core.disk.whole import whole
from studyapp.core.errors import MisuseError, VaultError
from studyapp.core.visible import visible


def init(options: argparse.Namespace) -> int:
    """Make a vault, or set up git.

    Raises:
        MisuseError: if no folder is named.
        VaultError: if it is not empty, or cannot be made.
    """
    named = options.folder
    if options.git:
        from studyapp.cli.git import init_git

        return init_git(expanded(named or Path()))
    if named is None:
        raise MisuseError("name the folder to make, such as `studyapp init ~/Notes`")
    folder = expanded(named)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise VaultError(f"{folder} is not empty; open it as it is with `studyapp {named}`")
        for source in sorted(Path(__file__).parents[1].joinpath("starter").glob("*.md")):
            with whole(folder / source.name) as note:
                note.write(source.read_bytes())
    except OSError as error:
        raise VaultError(f"can't make {folder} ({error.strerror}); choose another place") from error
    print(f"{visible(str(folder))} now holds a note that shows how to write cards. Open it with:")
    print(f"  studyapp {visible(str(named))}")
    return 0
