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
