"""What the user sees and presses."""

import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

if "ssl" not in sys.modules:
    # asyncio does without OpenSSL where there is none. Loading it takes 8 ms, and the app connects to nothing.
    sys.modules["ssl"] = None  # type: ignore[assignment]  # the way to say that a module cannot be imported
    import asyncio  # noqa: F401  # it looks for ssl, which is not there now

    del sys.modules["ssl"]

if "ESCDELAY" not in os.environ:
    # A terminal sends the bytes of one key together, also through tmux and ssh; Textual would wait 100 ms after an
    # Escape for the rest of a longer key. Programs started from here, such as an editor, keep their own delay.
    os.environ["ESCDELAY"] = "40"
    import textual.constants  # reads it

    del os.environ["ESCDELAY"]


class _Later(ModuleType):
    """Stands for a module that others import names from; a call of one of these calls what it names."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)

        def called(_stand_in: type, *given: Any, **named: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*given, **named)

        return type(name, (), {"__new__": called})


if "textual.app" not in sys.modules:
    # Textual's palette of commands, and every kind of field with it; its table of colours; its downloads. The app has
    # a palette of its own, imports a field where it shows one, and uses neither of the others.
    _later = {"textual.command", "textual.types", "rich.table", "platformdirs"} - sys.modules.keys()
    sys.modules.update({name: _Later(name) for name in _later})
    import textual.app
    import textual.theme  # noqa: F401

    for _name in _later:
        del sys.modules[_name]
