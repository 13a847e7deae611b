"""A process that simulates: it reads one question, reports progress, and answers, in lines of JSON."""

from __future__ import annotations

import json
import sys

from msgspec import Struct, convert, to_builtins

from studyapp.study.fitting.decide import Outset, Prospect, decide


class Simulated(Struct, frozen=True):
    """One line of the answer."""

    done: int = 0
    of: int = 0
    found: list[Prospect] | None = None


def simulated(line: bytes) -> Simulated:
    """Read one line."""
    return convert(json.loads(line), Simulated)


def main() -> int:
    """Simulate what standard input asks for."""
    asked = convert(json.loads(sys.stdin.buffer.read()), Outset)
    _say(Simulated(found=decide(asked, lambda done, of: _say(Simulated(done, of)))))
    return 0


def _say(one: Simulated) -> None:
    sys.stdout.write(f"{json.dumps(to_builtins(one))}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
