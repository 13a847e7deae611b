"""What the user sees and presses."""

import os
import sys

if "ssl" not in sys.modules:
    # asyncio does without OpenSSL where there is none. Loading it takes 8 ms, and the app connects to nothing.
    sys.modules["ssl"] = None  # type: ignore[assignment]  # the way to say that a module cannot be imported
    import asyncio  # noqa: F401  # it looks for ssl, which is not there now

    del sys.modules["ssl"]

if "ESCDELAY" not in os.environ:
    # A terminal sends the bytes of one key together, also through tmux and ssh; Textual would wait 100 ms after an
    # Escape for the rest of a longer key. Programs started from here, such as an editor, keep their own delay.
    os.environ["ESCDELAY"] = "40"
    import textual.constants  # noqa: F401  # reads it

    del os.environ["ESCDELAY"]
