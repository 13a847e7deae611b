"""Draws an SVG from standard input as PNG on standard output, and reads nothing else: `… svg WIDTH`."""

from __future__ import annotations

import re
import resource
import sys
from typing import Final

_MEMORY: Final = 1_000_000_000
_SECONDS: Final = 6
_OUTSIDE: Final = re.compile(
    r"((?:xlink:)?href\s*=\s*)([\"'])(?!\s*#|\s*data:image/(?!svg))[^\"']*\2|@import[^;]*;|url\(\s*[\"']?(?!#)[^)]*\)"
)
"""References to anything but the picture itself and pictures within it."""


def main() -> int:
    """Draw it."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    import resvg_py  # noqa: PLC0415 - under the limits

    source = sys.stdin.buffer.read().decode("utf-8", "replace")
    drawn = resvg_py.svg_to_bytes(svg_string=_OUTSIDE.sub("", source), width=int(sys.argv[1]))
    sys.stdout.buffer.write(bytes(drawn))
    return 0


if __name__ == "__main__":
    sys.exit(main())
