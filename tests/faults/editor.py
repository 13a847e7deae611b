"""An editor that saves notes again and again while they are reviewed.

    python -m tests.faults.editor VAULT SAVES SEED

It saves in place and by renaming, as editors do, and looks just before whether the file is still as it was read, as
careful ones do. At the end it says what it has written, and which schedules of which cards it has seen in doing so.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
from pathlib import Path

PROSE = b"Prose, nothing else."
COMMENT = re.compile(rb"<!--SR:!([^<>\n]+)-->")
NAME = re.compile(rb"one|two|three|four|fifth|seven|eight")
"""A question of the vault; its schedules follow it."""
ANSWER = re.compile(rb"(?m)^(one::1|seven::7)(?: v\d+)?")


def changed(raw: bytes, number: int, dice: random.Random) -> bytes:
    """Add a word that is never removed again; now and then, change the text of a question too."""
    raw = raw.replace(PROSE, PROSE + f" t{number}.".encode(), 1)
    return ANSWER.sub(rb"\1" + f" v{number}".encode(), raw) if dice.random() < 0.05 else raw


def schedules_of(raw: bytes) -> set[tuple[str, int, str]]:
    """The schedules in a note: the question, which of its cards, the entry."""
    return {
        (NAME.findall(raw, 0, comment.start())[-1].decode(), side, entry)
        for comment in COMMENT.finditer(raw)
        for side, entry in enumerate(comment[1].decode().split("!"))
    }


def save(path: Path, raw: bytes, dice: random.Random) -> None:
    """Write a file in place, in one or two steps, or replace it."""
    how = dice.random()
    if how < 0.4:
        draft = path.with_name(".draft")
        draft.write_bytes(raw)
        draft.replace(path)
        return
    with path.open("r+b" if how < 0.7 else "wb", buffering=0) as file:
        half = len(raw) // 2 if dice.random() < 0.2 else len(raw)
        file.write(raw[:half])
        if half < len(raw):
            time.sleep(dice.uniform(0, 0.002))
            file.write(raw[half:])
        file.truncate()


def main() -> None:
    """Save that many times; every note has a line of prose to write into."""
    root, saves, dice = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
    paths = [path for path in sorted(root.rglob("*.md")) if PROSE in path.read_bytes()]
    words: dict[str, list[int]] = {}
    seen: set[tuple[str, int, str]] = set()
    for number in range(saves):
        path = dice.choice(paths)
        raw = path.read_bytes()
        time.sleep(dice.choice((0, 0, 0.0005, 0.002)))  # who writes needs a moment
        while (now := path.read_bytes()) != raw or PROSE not in raw:
            raw = now
        save(path, changed(raw, number, dice), dice)
        words.setdefault(os.fspath(path.relative_to(root)), []).append(number)
        seen |= schedules_of(raw)
    print(json.dumps({"words": words, "seen": sorted(seen)}))


if __name__ == "__main__":
    main()
