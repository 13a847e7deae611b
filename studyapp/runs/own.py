"""A person's own demos: where they are looked for, and which may run.

A demo is a program, and a vault may come from a stranger. So a file is only read until the person has seen its source
and trusts it. What is trusted is these bytes, by their digest, in the person's own state folder: a file that changes
asks again, and nothing within a vault can say that it is trusted.
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
from studyapp.core.errors import StudyError
from studyapp.core.locations import Locations
from studyapp.core.visible import visible
from studyapp.runs.frames import safe_card

FOLDER: Final = "demos"
"""Within a vault, and within the folder of what the person made outside any."""


MEANS: Final = (
    "A demo is a program that runs as you. On a recent Linux it can then neither read your files nor change any, nor "
    "reach the network, nor start programs; elsewhere only its time and memory are limited. Trust it only if you "
    "have read it."
)
"""What trust means, in words."""


class TrustError(StudyError):
    """A demo cannot be trusted, read or begun; the message says why."""

    title = "Demo"


def own_folders(vault: Path | None = None) -> tuple[Path, ...]:
    """The folders that own demos are looked for in: those of `STUDYAPP_DEMOS`, the person's, the vault's."""
    found = [*folders()[1:]]
    with suppress(StudyError):  # without a home folder there is nothing of the person's
        found.append(Locations.of_user().own_demos)
    return tuple(found) if vault is None else (*found, vault / FOLDER)


def catalog_of(vault: Path | None = None) -> Catalog:
    """All demos: those that come with the program, the person's, a vault's; read once."""
    return _loaded(own_folders(vault))


@functools.lru_cache(maxsize=4)
def _loaded(own: tuple[Path, ...]) -> Catalog:
    found = load(HERE, *own)
    demos = tuple(safe_card(card) if card.own else card for card in found.demos)
    return Catalog(demos, tuple(replace(one, why=visible(one.why, newlines=False)) for one in found.broken))


def source_of(card: DemoCard) -> bytes:
    """The file of an own demo, as it is now; TrustError if it cannot be read."""
    try:
        return read_file(card.path, LARGEST)
    except OSError as error:
        raise TrustError(f"the demo {card.name} cannot be read: {card.path}: {error.strerror}") from None


class Trust:
    """The sources that the person trusts, one digest a line in a file of theirs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of_user(cls) -> Trust:
        """What the present user trusts; VaultError if there is no home folder."""
        return cls(Locations.of_user().trusted_demos)

    def holds(self, source: bytes) -> bool:
        """Whether a source is trusted."""
        with suppress(OSError):
            return _digest(source).encode() in (line[:64] for line in read_file(self.path).splitlines())
        return False

    def give(self, source: bytes, path: Path) -> None:
        """Trust a source from now on; its path is kept only to be read by a person.

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
            raise TrustError(f"the trust cannot be kept: {self.path}: {error.strerror}") from None

    def withdraw(self, source: bytes, path: Path) -> bool:
        """Trust a source no longer, nor what its file held earlier; whether anything of it was trusted.

        Raises:
            TrustError: if that cannot be kept.
        """
        digest, name = _digest(source).encode(), f"{str(path)!a}".encode()
        try:
            lines = read_file(self.path).splitlines(keepends=True)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise TrustError(f"the trust stays: {self.path}: {error.strerror}") from None
        stay = [line for line in lines if line[:64] != digest and line[66:].rstrip() != name]
        if len(stay) < len(lines):
            try:
                with whole(self.path) as file:
                    file.writelines(stay)
            except OSError as error:
                raise TrustError(f"the trust stays: {self.path}: {error.strerror}") from None
        return len(stay) < len(lines)


def built_in() -> Catalog:
    """The demos that come with the program; read once."""
    return _loaded(())


def trusted_of(cards: Sequence[DemoCard], trust: Trust | None = None) -> list[DemoCard]:
    """Those demos that may run: the program's, and own ones that are trusted."""
    trust = trust or Trust.of_user()
    return [card for card in cards if not card.own or _may_run(card, trust)]


def _may_run(card: DemoCard, trust: Trust) -> bool:
    with suppress(TrustError):
        return trust.holds(source_of(card))
    return False


def begin(name: str, folder: Path) -> Path:
    """Write a commented start of an own demo; returns where it is.

    Raises:
        TrustError: if the name is no name of a demo, is taken, or the file cannot be written.
    """
    if not (name.isidentifier() and name.isascii() and name.islower()):
        raise TrustError(f"{name!a} cannot name a demo: take small letters, digits and _, with a letter first")
    if any(card.name == name for card in load().demos):
        raise TrustError(f"{name} is a demo that comes with the program; take another name")
    path = folder / f"{name}.py"
    text = (HERE / "start.txt").read_text("utf-8").replace("NAME", name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise TrustError(f"{path} is there already") from None
    except OSError as error:
        raise TrustError(f"{path} cannot be written: {error.strerror}") from None
    return path


def _digest(source: bytes) -> str:
    return sha256(source).hexdigest()
