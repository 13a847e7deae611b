"""How this program was installed, and so how packages are added to it."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path
from typing import Final

from studyapp.core.disk.programs import found

TORCH: Final = ("torch>=2.6,<2.14", "numpy>=1.26,<3")
"""What the demos need."""
SERVE: Final = ("textual-serve>=1.1.3,<1.2", "segno>=1.6,<2")
"""What the app in a browser needs."""


def adding(*wanted: str) -> list[str]:
    """The command that adds packages for this program, with the installer that installed it."""
    environment = Path(sys.prefix)
    if (environment / "pipx_metadata.json").is_file() and found("pipx") is not None:
        return ["pipx", "inject", environment.name, *wanted]
    by_uv = (environment / "uv-receipt.toml").is_file() or importlib.util.find_spec("pip") is None
    if by_uv and (uv := found("uv")) is not None:
        # uv knows torch's builds by itself; pip takes what the index offers first.
        backend = ["--torch-backend", "cpu"] if any(one.startswith("torch") for one in wanted) else []
        return [uv, "pip", "install", "--python", sys.executable, *backend, *wanted]
    return [sys.executable, "-m", "pip", "install", *wanted]


def how_to_add(*wanted: str) -> str:
    """That command, to be pasted into a shell."""
    return shlex.join(adding(*wanted))
