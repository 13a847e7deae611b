"""What each part may import: in the source, deferred imports and those for types included, and while it runs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import grimp
import pytest

from tests.helpers.vaults import ROOT

FORBIDDEN = {
    "studyapp/core": ("textual", "rich", "torch", "demos", "studyapp.tui"),
    "studyapp/tui": ("torch", "demos.toy"),
    "studyapp/runs": ("torch", "demos.toy"),
    "demos": ("studyapp", "textual", "rich"),
}
NEEDS_FIGURES = "demos.figures"

# A fork of an interpreter that has imported only what costs seconds is as good as a fresh one for what it looks at.
IMPORT_EACH = """
import contextlib, importlib, os, sys
with contextlib.suppress(ImportError):
    importlib.import_module({"demos": "torch", "studyapp/tui": "textual.app"}.get(sys.argv[1], "sys"))
for module in sys.argv[2:]:
    sys.stdout.flush()
    if (child := os.fork()) == 0:
        importlib.import_module(module)
        print(module, *sys.modules, flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{module} cannot be imported")
"""


def modules_of(folder: str) -> list[str]:
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sorted((ROOT / folder).rglob("*.py"))]
    return [
        name for name in names if not name.endswith(("__init__", "__main__")) and not name.startswith(NEEDS_FIGURES)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "forbidden"), FORBIDDEN.items())
def test_no_module_imports_what_its_part_may_not(folder: str, forbidden: tuple[str, ...]) -> None:
    if folder == "demos":
        pytest.importorskip("torch", reason="the demos' own modules need the `demos` extra")
    modules = modules_of(folder)
    command = [sys.executable, "-c", IMPORT_EACH, folder, *modules]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    loaded = {words[0]: words[1:] for words in map(str.split, done.stdout.splitlines())}
    assert sorted(loaded) == sorted(modules)
    assert not {
        (module, name)
        for module, names in loaded.items()
        for name in names
        if any(name == part or name.startswith(f"{part}.") for part in forbidden)
    }


def at_its_top(source: str) -> set[str]:
    """What a module imports as it is imported itself, with the names taken from it."""
    names = set()
    for one in ast.parse(source).body:
        if isinstance(one, ast.Import):
            names |= {alias.name for alias in one.names}
        elif isinstance(one, ast.ImportFrom) and one.module is not None:
            names |= {one.module, *(f"{one.module}.{alias.name}" for alias in one.names)}
    return names


@cache
def needs_torch(module: str) -> bool:
    """Whether a module imports torch as it is imported itself."""
    path = (ROOT / module.replace(".", "/")).with_suffix(".py")
    ours = module.startswith("demos.") and path.is_file()
    return module.partition(".")[0] == "torch" or (
        ours and any(map(needs_torch, at_its_top(path.read_text("utf-8"))))
    )


_MAY_NEED_TORCH = re.compile(r"^(?:import|from) (?:torch|demos)\b", re.MULTILINE)
"""What a file must have to be looked at more closely: parsing all tests takes a second."""


def test_no_test_imports_torch_at_its_top_unless_it_is_about_demos() -> None:
    assert needs_torch("demos.lora")
    others = {
        path: path.read_text("utf-8")
        for path in (ROOT / "tests").rglob("*.py")
        if not path.is_relative_to(ROOT / "tests/demos") and path.parent.name != "own_demos"
    }
    assert len(others) > 300
    suspect = {path: source for path, source in others.items() if _MAY_NEED_TORCH.search(source)}
    assert len(suspect) > 20
    assert not [
        (path.name, name) for path, source in suspect.items() for name in at_its_top(source) if needs_torch(name)
    ]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("studyapp", cache_dir=None)


def faces() -> dict[str, set[str]]:
    """Modules of each package, as the tables of packages and of rooms name them, that others may import."""
    text = (ROOT / "studyapp/README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \|.*\| (`.*`) \|$", text, re.MULTILINE)
    return {
        f"studyapp.{package}": {f"studyapp.{package}.{name}" for name in re.findall(r"`([\w.]+)`", named)}
        for package, named in rows
    }


def from_outside(graph: grimp.ImportGraph) -> Iterator[tuple[str, str, str]]:
    """Each import of a package's module by one that is not in the package: who, what, the package."""
    named = faces()
    for module in graph.modules:
        for package in [one for one in named if module.startswith(f"{one}.")]:
            for importer in graph.find_modules_that_directly_import(module):
                if not importer.startswith(f"{package}."):
                    yield importer, module, package


def test_no_module_imports_itself_by_way_of_others(graph: grimp.ImportGraph) -> None:
    left = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    while free := {module for module, imported in left.items() if not imported & left.keys()}:
        left = {module: imported for module, imported in left.items() if module not in free}
    assert not left, "these import each other, or lie between such as do"


def test_outside_a_package_only_its_face_is_imported(graph: grimp.ImportGraph) -> None:
    named = faces()
    assert not sorted(f"{who}: {what}" for who, what, package in from_outside(graph) if what not in named[package])


def test_every_module_of_a_face_is_imported_from_outside(graph: grimp.ImportGraph) -> None:
    inside = set.union(*faces().values()) - {what for _, what, _ in from_outside(graph)}
    assert not inside, "nobody outside needs these"
