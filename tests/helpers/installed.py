"""What an installation takes on the disk, by what is installed here."""

from __future__ import annotations

import tomllib
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.helpers.vaults import ROOT


def packages(*extras: str) -> set[str]:
    """The names of the packages that pip installs beside the program."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [
        *project["dependencies"],
        *(one for extra in extras for one in project["optional-dependencies"][extra]),
    ]
    todo = [(Requirement(text), "") for text in declared]
    found: set[tuple[str, str]] = set()
    while todo:
        wanted, extra = todo.pop()
        if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
            continue
        for one in {"", *wanted.extras}:
            key = (canonicalize_name(wanted.name), one)
            if key not in found:
                found.add(key)
                todo += [(Requirement(text), one) for text in distribution(wanted.name).requires or ()]
    return {name for name, _ in found}


def megabytes(*extras: str) -> float:
    """The size of an installation with some extras: the program, its packages, what Python compiles of them."""
    own = sum(
        map(_size, [*(ROOT / "studyapp").rglob("*"), *(ROOT / "demos").rglob("*"), *(ROOT / "vault").rglob("*")])
    )
    return (own + sum(_all_of(distribution(name)) for name in packages(*extras))) / 1e6


def _all_of(package: Distribution) -> int:
    return sum(_size(Path(str(package.locate_file(file)))) for file in package.files or ())


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
