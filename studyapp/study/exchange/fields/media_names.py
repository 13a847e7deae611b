"""Names in a vault for the files that an imported package brings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from hashlib import sha256
from typing import Final

from studyapp.core.text.names import as_compared

_NOT_IN_LINK: Final = re.compile(r"[\[\]|#^]")


def file_names(names: Collection[str]) -> dict[str, str]:
    """The name that each file of the media gets in a vault, where names that differ in case only are the same."""
    alike = Counter(map(as_compared, names))
    return {name: file_name(name, alone=alike[as_compared(name)] == 1) for name in names}


def file_name(name: str, *, alone: bool = True) -> str:
    """A name that a link can hold, as it cannot every sign, and that no other file has."""
    if alone and not _NOT_IN_LINK.search(name):
        return name
    stem, dot, ending = _NOT_IN_LINK.sub("_", name).rpartition(".")
    return f"{stem}-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}{dot}{ending}"
