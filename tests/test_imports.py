"""What each part may import, looked at while it runs: a static graph cannot see a deferred import."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.vaults import ROOT

FORBIDDEN = {
    "studyapp/core": ("textual", "rich", "torch", "demos", "studyapp.tui"),
    "studyapp/tui": ("torch", "demos.toy"),
    "studyapp/demo": ("torch", "demos.toy"),
    "demos": ("studyapp", "textual", "rich"),
}
MODULES = [
    (".".join(path.relative_to(ROOT).with_suffix("").parts), forbidden)
    for folder, forbidden in FORBIDDEN.items()
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.stem not in ("__init__", "__main__")
]


@pytest.mark.parametrize(("module", "forbidden"), MODULES, ids=[module for module, _ in MODULES])
def test_a_module_imports_nothing_that_its_part_may_not(module: str, forbidden: tuple[str, ...]) -> None:
    if module.startswith("demos."):
        pytest.importorskip("torch", reason="the demos' own modules need the `demos` extra")
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert not {name for name in loaded if any(name == part or name.startswith(part + ".") for part in forbidden)}
