"""One meaning per name: nobody who reads `Mark` has to ask which one."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.helpers.vaults import ROOT


def _public_types(path: Path) -> Iterator[str]:
    """The classes of a module and its names for types; a widget's messages are named with it, as `Knobs.Moved`."""
    for node in ast.parse(path.read_bytes()).body:
        match node:
            case (
                ast.ClassDef(name=name)
                | ast.Assign(targets=[ast.Name(id=name)])
                | ast.AnnAssign(target=ast.Name(id=name))
            ):
                if name[0].isupper() and not name.isupper():
                    yield name


def test_no_two_public_types_share_a_name() -> None:
    modules = defaultdict(list)
    for path in sorted((ROOT / "studyapp").rglob("*.py")):
        for name in _public_types(path):
            modules[name].append(path.relative_to(ROOT).as_posix())
    assert {name: where for name, where in modules.items() if len(where) > 1} == {}
