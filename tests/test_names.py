"""One meaning per name: nobody who reads `Mark` has to ask which one."""

from __future__ import annotations

import re
from collections import defaultdict

from tests.helpers.vaults import ROOT

_TYPE = re.compile(r"^(?:class |(?=\w+(?:: [^=\n]+)? = ))([A-Z]\w*)\b", re.MULTILINE)
"""A module's class or its name for a type; a widget's messages are named with it, as `Knobs.Moved`."""


def test_no_two_public_types_share_a_name() -> None:
    modules = defaultdict(list)
    for path in sorted((ROOT / "studyapp").rglob("*.py")):
        for name in _TYPE.findall(path.read_text("utf-8")):
            if not name.isupper():
                modules[name].append(path.relative_to(ROOT).as_posix())
    assert len(modules) > 400
    assert {name: where for name, where in modules.items() if len(where) > 1} == {}


_FUNCTION = re.compile(r"^(?:async )?def (\w+)", re.MULTILINE)
_IMPORT = re.compile(r"^ *from (studyapp[\w.]*) import (\([^)]*\)|.+)", re.MULTILINE)
COMMANDS = ROOT / "studyapp/cli"
"""Each command has the name that users type."""
SAME = {"review", "reset"}
"""What SM-2 and FSRS both do."""


def test_no_two_functions_that_others_import_share_a_name() -> None:
    modules, imported = defaultdict(set), set()
    for path in sorted((ROOT / "studyapp").rglob("*.py")):
        source = path.read_text("utf-8")
        imported |= {
            (module, name) for module, names in _IMPORT.findall(source) for name in re.findall(r"\w+", names)
        }
        if path.parent != COMMANDS:
            for name in _FUNCTION.findall(source):
                modules[name].add(".".join(path.relative_to(ROOT).with_suffix("").parts))
    shared = {name: sorted(one for one in found if (one, name) in imported) for name, found in modules.items()}
    assert sum(map(len, shared.values())) > 800
    assert {name: found for name, found in shared.items() if len(found) > 1 and name not in SAME} == {}
