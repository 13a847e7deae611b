"""`studyapp demo --setup`: adds what the demos need, with the installer that installed the app."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence

from demos.needs import how_to_add_torch
from studyapp.cli.streams import agrees
from studyapp.core.disk.installer import TORCH, adding
from studyapp.core.disk.programs import run
from studyapp.core.errors import MisuseError, StudyError

_SIZE = "about 0.9 GB on the disk with torch's CPU build; a build for graphics cards is several times larger"


def setup(words: Sequence[str]) -> int:
    """Add torch, after asking; `--yes` skips the question.

    Raises:
        StudyError: if it cannot be added.
    """
    if more := [word for word in words if word != "--yes"]:
        raise MisuseError(f"`studyapp demo --setup` takes --yes and nothing else, not {more[0]}")
    if how_to_add_torch() is None:
        print("The demos have all they need.")
        return 0
    command = adding(*TORCH)
    print(f"This will run:\n  {shlex.join(command)}\nIt takes {_SIZE}.")
    if "--yes" not in words and not agrees("Go on?"):
        print("Nothing was installed; `studyapp demo --setup --yes` doesn't ask.")
        return 1
    try:
        done = run(command)
    except (OSError, subprocess.SubprocessError) as error:
        raise StudyError(f"can't run `{shlex.join(command)}` ({error})") from error
    if done.returncode:
        raise StudyError(f"`{shlex.join(command)}` ended with exit code {done.returncode}; its output is above")
    print("Done. `studyapp demo lora` shows the first one.")
    return 0
