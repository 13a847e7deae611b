"""The disk operations, in order: they decide what a power cut may leave."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.disk import leftovers, replace

only_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="handles have names only on Linux")

_KINDS = {leftovers.DRAFT: "draft", leftovers.SPARE: "spare", leftovers.TWIN: "twin"}


def _name(file: Any) -> str:
    """A file's name, or its purpose if the name is random; `file` is a path or a handle."""
    name = Path(f"/proc/self/fd/{file}").readlink().name if isinstance(file, int) else Path(file).name
    return next((kind for end, kind in _KINDS.items() if leftovers.is_stray(name) and name.endswith(end)), name)


def record_steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations from now on, such as `write n.md`, `fsync n.md`, `exchange twin n.md`."""
    steps: list[str] = []

    def recorded(what: str, call: Callable[..., Any], files: int = 1) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **named: Any) -> Any:
            step = " ".join([what, *map(_name, arguments[:files])])
            done = call(*arguments, **named)
            steps.append(step)
            return done

        return wrapper

    for name in ("write", "fsync", "ftruncate", "unlink", "mkdir"):
        monkeypatch.setattr(os, name, recorded(name, getattr(os, name)))
    monkeypatch.setattr(os, "replace", recorded("replace", os.replace, 2))
    monkeypatch.setattr(replace, "_exchange", recorded("exchange", replace._exchange, 2))
    return steps
