"""What each part may import, looked at while it runs: a static graph cannot see a deferred import."""

from __future__ import annotations

import subprocess
import sys

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
