"""Where Python looks for modules: never in the working directory, which may be any vault."""

from __future__ import annotations

import os
import sys


def leave_out_this_folder() -> None:
    """Remove from the search path what depends on the working directory, unless this program lies there.

    `python -m` puts that directory first, and an empty or relative part of `PYTHONPATH` means it too.
    """
    own = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    try:
        here = os.getcwd()
    except OSError:
        return
    parts = os.environ.get("PYTHONPATH", "").split(os.pathsep) if "PYTHONPATH" in os.environ else []
    loose = {os.path.normpath(os.path.join(here, part)) for part in parts if not os.path.isabs(part)}
    if not sys.flags.safe_path and sys.path[:1] == [here] and os.path.realpath(here) != own:
        del sys.path[0]
    sys.path[:] = [one for one in sys.path if one not in loose or os.path.realpath(one) == own]
