"""What the user sees and presses."""

import os
import sys
from contextlib import suppress
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


class _StandIn(type):
    """Stands for what another module defines, until something asks for that."""

    def _itself(cls) -> Any:
        return getattr(import_module(cls.__module__), cls.__name__)

    def __call__(cls, *given: Any, **named: Any) -> Any:
        return cls._itself()(*given, **named)

    def __getattr__(cls, name: str) -> Any:
        return getattr(cls._itself(), name)

    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, cls._itself())


class _Later(ModuleType):
    """Stands for a module that others import names from."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return _StandIn(name, (), {"__module__": self.__name__})


if "textual.app" not in sys.modules:
    # Textual's palette of commands, with it every kind of field, and its table of colours. The app has a palette of
    # its own, imports a field where it shows one, and does without the table.
    _later = {"textual.command", "textual.types", "rich.table"} - sys.modules.keys()
    sys.modules.update({name: _Later(name) for name in _later})
    with suppress(Exception):  # a Textual that needs more of them than names: it is imported as ever
        import textual.app
        import textual.theme  # noqa: F401  # it asks for the palette too

    for _name in _later:
        del sys.modules[_name]
