"""The user's own demos: where they are looked for, and which may run.

A demo is a program, and a vault may come from a stranger. So a file is only read until the user has seen its source
and trusts it. Trust covers these bytes, by their digest, and is kept in the user's own state folder: a file that
changes asks again, and nothing in a vault can make it trusted.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from demos.catalog import HERE, LARGEST, Catalog, DemoCard, folders, load
from studyapp.core.disk.files import open_handle, read_file
from studyapp.core.disk.whole import whole
from studyapp.core.errors import MisuseError, StudyError
from studyapp.core.locations import Locations
from studyapp.core.visible import visible
from studyapp.runs.process.frames import safe_card

FOLDER: Final = "demos"
"""In a vault, and in the user's own folder outside any."""
COMMANDS: Final = ("compare", "new", "trust")
"""Words after `studyapp demo` that name no demo."""

MEANS: Final = (
    "A demo is a program that runs as you. On a recent Linux it can then neither read your files nor change any, nor "
    "reach the network, nor start programs; elsewhere only its time and memory are limited. Trust it only if you "
    "have read it."
)
"""What trust means, in words."""


class TrustError(StudyError):
    """A demo cannot be trusted, read or created; the message says why."""


def own_folders(vault: Path | None = None) -> tuple[Path, ...]:
    """The folders with own demos: those of `STUDYAPP_DEMOS`, the user's, the vault's."""
    found = [*folders()[1:]]
    with suppress(StudyError):  # without a home folder the user has none
        found.append(Locations.of_user().own_demos)
    return tuple(found) if vault is None else (*found, vault / FOLDER)


def catalog_of(vault: Path | None = None) -> Catalog:
    """All demos: those that come with the program, the user's, a vault's; read once."""
    return catalog_in(own_folders(vault))


@functools.lru_cache(maxsize=4)
def catalog_in(own: tuple[Path, ...]) -> Catalog:
    """The demos that come with the program, and those of some folders; read once."""
    found = load(HERE, *own)
    demos = tuple(safe_card(card) if card.own else card for card in found.demos)
    broken = (replace(one, name=_line(one.name), why=_line(one.why)) for one in found.broken)
    return Catalog(demos, tuple(broken))


def _line(text: str) -> str:
    return visible(text, newlines=False)


def source_of(card: DemoCard) -> bytes:
    """The file of an own demo, as it is now; TrustError if it cannot be read."""
    try:
        return read_file(card.path, LARGEST)
    except OSError as error:
        raise TrustError(f"can't read the demo {card.name}: {card.path}: {error.strerror}") from None


class Trust:
    """The sources that the user trusts, one digest a line in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of_user(cls) -> Trust:
        """What the current user trusts; VaultError without a home folder."""
        return cls(Locations.of_user().trusted_demos)

    def holds(self, source: bytes) -> bool:
        """Whether a source is trusted."""
        with suppress(OSError):
            return _digest(source).encode() in (line[:64] for line in read_file(self.path).splitlines())
        return False

    def give(self, source: bytes, path: Path) -> None:
        """Trust a source from now on; its path is saved only for the reader.

        Raises:
            TrustError: if it cannot be kept.
        """
        line = f"{_digest(source)}  {str(path)!a}\n".encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = open_handle(self.path, flags=os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            with os.fdopen(handle, "ab") as file:
                file.write(line)
        except OSError as error:
            raise TrustError(f"can't save that the demo is trusted: {self.path}: {error.strerror}") from None

    def withdraw(self, source: bytes, path: Path) -> bool:
        """Stop trusting a source, and earlier contents of its file; returns whether any was trusted.

        Raises:
            TrustError: if that cannot be kept.
        """
        digest, name = _digest(source).encode(), f"{str(path)!a}".encode()
        try:
            lines = read_file(self.path).splitlines(keepends=True)
            stay = [line for line in lines if line[:64] != digest and line[66:].rstrip() != name]
            if len(stay) < len(lines):
                with whole(self.path) as file:
                    file.writelines(stay)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise TrustError(f"the demo is still trusted: {self.path}: {error.strerror}") from None
        return len(stay) < len(lines)


def trusted_of(cards: Sequence[DemoCard], trust: Trust | None = None) -> list[DemoCard]:
    """The demos that may run: the program's, and trusted own ones."""
    trust = trust or Trust.of_user()
    return [card for card in cards if not card.own or _may_run(card, trust)]


def _may_run(card: DemoCard, trust: Trust) -> bool:
    with suppress(TrustError):
        return trust.holds(source_of(card))
    return False


def write_template(name: str, folder: Path) -> Path:
    """Write a commented template for a demo; returns its path.

    Raises:
        MisuseError: if a demo cannot have the name, or it is taken.
        TrustError: if the file cannot be written.
    """
    if not (name.isidentifier() and name.isascii() and name.islower()):
        raise MisuseError(f"{name!a} can't name a demo: use lower-case letters, digits and _, starting with a letter")
    if name in COMMANDS:
        raise MisuseError(f"`studyapp demo {name}` means something else; choose another name")
    if any(card.name == name for card in load().demos):
        raise MisuseError(f"{name} is a demo that comes with the program; choose another name")
    path = folder / f"{name}.py"
    text = (HERE / "start.txt").read_text("utf-8").replace("NAME", name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise TrustError(f"{path} already exists") from None
    except OSError as error:
        raise TrustError(f"can't write {path}: {error.strerror}") from None
    return path


def _digest(source: bytes) -> str:
    return sha256(source).hexdigest()
