"""`studyapp serve`: the app in a browser."""

from __future__ import annotations

import importlib.util
import json
from argparse import Namespace

from studyapp.cli.commands import SERVED
from studyapp.cli.opening import open_vault
from studyapp.core.disk.installer import SERVE, how_to_add
from studyapp.core.errors import StudyError
from studyapp.core.visible import visible


def serve_command(options: Namespace) -> int:
    """Serve the vault until Ctrl+C, and return the exit code.

    Raises:
        StudyError: if what it takes is not installed, or the server cannot listen.
    """
    root = open_vault(options, scan=False).vault.root
    if any(importlib.util.find_spec(name) is None for name in ("textual_serve", "segno")):
        raise StudyError(f"the app in a browser needs two more packages; add them:\n  {how_to_add(*SERVE)}")
    from studyapp.serve.run import serve

    now = options.now().isoformat() if options.now is not None else None
    words = [SERVED, json.dumps([str(root), now, dict(options.set)])]
    return serve(words, visible(root.name, newlines=False), options.host, options.port)
