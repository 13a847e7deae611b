"""Where things are kept outside the vault, by the XDG specification; the only module that knows these paths."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Any, Final

from msgspec import Struct
from platformdirs.unix import Unix  # macOS too: that is where the app has always kept its files

from studyapp.core.device import device_name, machine_name, secret_in
from studyapp.core.disk.files import LARGEST_LOG, open_handle, read_object
from studyapp.core.disk.home import NO_HOME
from studyapp.core.errors import VaultError
from studyapp.core.text.digest import blake2b

NAME = "studyapp"
FOLDER = Path(".studyapp") / "reviews"
"""The folder of review logs in a vault."""

CACHES: Final = {".sqlite": "cards", ".search.sqlite": "search, as it was kept before", ".log.sqlite": "reviews"}
"""The suffixes of caches, and their contents; an earlier version had another file for searches."""
MOST_RECENT = 12
"""The most recent vaults remembered."""
_TURN = 0.02
"""Seconds between two attempts to become the only writer."""
_TURNS = 500


class Locations(Struct, frozen=True):
    """The folders of one user on one machine."""

    settings: Path
    """The user's settings file."""
    data: Path
    """The user's data outside any vault: the trial vault, results of demos."""
    state: Path
    """What the app remembers from run to run."""
    cache: Path
    """What can be rebuilt."""
    node: str = "device"
    """The machine's name."""

    @classmethod
    def of_user(cls) -> Locations:
        """The folders of the present user; a relative folder in the environment counts as not set.

        Raises:
            VaultError: if there is no home folder.
        """
        folders = Unix(NAME)
        try:
            return cls(
                folders.user_config_path / "settings.toml",
                folders.user_data_path,
                folders.user_state_path,
                folders.user_cache_path,
                os.uname().nodename,
            )
        except RuntimeError:
            raise VaultError(NO_HOME) from None

    def caches(self, vault: Path) -> list[Path]:
        """All caches that a vault may have."""
        return [self.index(vault), self.cache / f"{_short(vault)}.search.sqlite", self.ledger(self.journal(vault))]

    def index(self, vault: Path) -> Path:
        """The table of what a vault's notes hold."""
        return self.cache / f"{_short(vault)}.sqlite"

    def journal(self, vault: Path) -> Path:
        """This device's review log for a vault: in the vault, or outside if no files can be written there."""
        inside = self._log_inside(vault)
        if _is_no_log(vault, inside):
            kept_out = True
        elif inside.exists():
            # Even an unreadable one is no reason to start another: that would hide its contents.
            kept_out = os.access(inside, os.R_OK) and not os.access(inside, os.W_OK)
        else:
            nearest = next(folder for folder in inside.parents if folder.exists())
            kept_out = not nearest.is_dir() or not os.access(nearest, os.W_OK)
        return self.journal_outside(vault) if kept_out else inside

    def in_the_way(self, vault: Path) -> Path | None:
        """What is at the path of this device's review log but is not one; None if nothing is."""
        inside = self._log_inside(vault)
        return inside if _is_no_log(vault, inside) else None

    def _log_inside(self, vault: Path) -> Path:
        return self._log(vault / FOLDER, known=self.backups(vault).is_dir())

    def journal_outside(self, vault: Path) -> Path:
        """This device's review log for a vault where no files can be written."""
        return self._log(self.state / "reviews" / _short(vault), known=True)

    def ledger(self, log: Path) -> Path:
        """The cache of a review log and those beside it; see `core.log.ledger`."""
        return self.cache / f"{_short(log)}.log.sqlite"

    def plan(self, vault: Path) -> Path:
        """Unfinished changes of many schedules of a vault; see `core.workspace.groups`."""
        return self.state / "plans" / f"{_short(vault)}.json"

    def backups(self, vault: Path) -> Path:
        """The backups of a vault's schedule comments, one file a day; see `core.workspace.backups`."""
        return self.state / "backups" / _short(vault)

    @contextmanager
    def alone(self, vault: Path) -> Iterator[bool]:
        """Keep other copies of the program on this machine from writing to a vault during a `with`.

        Each would take another's write in progress for one interrupted by a crash, and repair it. If the state folder
        cannot be written there is no such protection, and none from a copy that holds on for longer than any write
        takes: one that is suspended must not keep the others waiting for ever.

        Yields True if no other instance can be writing.
        """
        certain = False
        with ExitStack() as held:
            with suppress(OSError):
                locks = self.state / "locks"
                locks.mkdir(parents=True, exist_ok=True)
                lock = open_handle(locks / _short(vault), flags=os.O_WRONLY | os.O_CREAT)
                held.callback(os.close, lock)
                for _ in range(_TURNS):
                    try:
                        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        certain = True
                        break
                    except BlockingIOError:
                        sleep(_TURN)
            yield certain

    @property
    def secret(self) -> bytes | None:
        """The secret that only this machine knows; None if there is nowhere to keep it. See `core.device`."""
        return secret_in(self.state / "secret")

    def _log(self, folder: Path, *, known: bool) -> Path:
        """This device's review log in a folder of logs.

        Its name contains what nobody else can know. An earlier version used only the machine's name; such a log is
        continued where this machine is `known` to have written in the vault, or to have read that log as its own.
        """
        before = folder / f"{device_name(self.node)}.jsonl"
        if (secret := self.secret) is None:
            return before
        own = folder / f"{device_name(self.node)}-{machine_name(secret)}.jsonl"
        goes_on = before.exists() and not own.exists() and (known or self.ledger(before).exists())
        return before if goes_on else own

    @property
    def trial_vault(self) -> Path:
        """The copy of the bundled vault that a trial reviews."""
        return self.data / "vault"

    @property
    def demo_results(self) -> Path:
        """The results of demo runs."""
        return self.data / "demo-results.jsonl"

    @property
    def own_demos(self) -> Path:
        """The folder of the user's own demos."""
        return self.data / "demos"

    @property
    def trusted_demos(self) -> Path:
        """The file with the trusted sources of own demos."""
        return self.state / "trusted-demos"

    def remembered(self) -> dict[str, Any]:
        """What the app remembers; empty if the file is unreadable."""
        return read_object(self.state / "state.json")

    def last_vault(self) -> Path | None:
        """The vault opened last, if it still exists."""
        last = self.remembered().get("last_vault")
        return Path(last) if isinstance(last, str) and Path(last).is_dir() else None

    def recent_vaults(self) -> list[Path]:
        """The recent vaults that still exist, the last opened first."""
        values = self.remembered()
        recent = values.get("recent_vaults")
        texts = [values.get("last_vault"), *(recent if isinstance(recent, list) else [])]
        paths = dict.fromkeys(text for text in texts if isinstance(text, str) and "\0" not in text)
        return [path for text in paths if (path := Path(text)).is_absolute() and os.path.isdir(path)]  # noqa: PTH112 - never raises

    def remember_vault(self, root: Path) -> None:
        """Remember that a vault was opened, for the next start and the list of recent ones."""
        recent = [str(root), *(text for path in self.recent_vaults() if (text := str(path)) != str(root))]
        self.remember(last_vault=str(root), recent_vaults=recent[:MOST_RECENT])

    def remember(self, **values: Any) -> None:
        """Remember more; if that cannot be written it is lost, which does no harm."""
        known = self.remembered()
        if known | values == known:
            return
        with suppress(OSError):
            self.state.mkdir(parents=True, exist_ok=True)
            path = self.state / "state.json"
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.unlink(missing_ok=True)
            with fresh.open("x", encoding="ascii") as file:
                file.write(json.dumps(known | values, indent=1))
            fresh.replace(path)


def bundled_vault() -> Path:
    """The vault that comes with the program: beside the package in a clone, inside it when installed."""
    package = Path(__file__).parents[1]
    inside = package / "vault"
    return inside if inside.is_dir() else package.parent / "vault"


def leads_elsewhere(vault: Path, log: Path) -> bool:
    """Whether a link makes a log, or the folder of logs, in a vault lead elsewhere, or nowhere."""
    try:
        log.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return True
    return Path(os.path.realpath(log)) != Path(os.path.realpath(vault)) / log.relative_to(vault)


def _is_no_log(vault: Path, log: Path) -> bool:
    """Whether a log in a vault is really elsewhere, because of a link, or is not a file that can be written."""
    if leads_elsewhere(vault, log):
        return True
    try:
        status = log.stat()
    except OSError:
        return False
    return not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_LOG


def _short(path: Path) -> str:
    return blake2b(os.fsencode(os.path.realpath(path)), digest_size=8).hexdigest()
