"""The calls in the program's source, for tests that restrict where something may be called."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from tests.helpers.vaults import ROOT


class Call(NamedTuple):
    """A call: the file of `studyapp`, the name called, and the name of the object that it is an attribute of."""

    file: str
    name: str
    of: str


def calls(names: Collection[str], modules: Collection[str] = ()) -> Iterator[Call]:
    """The program's calls of those names, and of anything in those modules; files without any are not parsed."""
    may_have = re.compile(rf"\b(?:{'|'.join(names)})\(" + "".join(rf"|\b{module}\." for module in modules))
    for path in sorted((ROOT / "studyapp").rglob("*.py")):
        source = path.read_text("utf-8")
        if not may_have.search(source):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                of = getattr(getattr(node.func, "value", None), "id", "")
                if name in names or of in modules:
                    yield Call(path.relative_to(ROOT / "studyapp").as_posix(), name, of)
