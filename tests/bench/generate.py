"""Writes a vault of made-up notes that looks like a real one to a parser; the same seed gives the same bytes.

    python -m tests.bench.generate FOLDER [--notes 10000] [--seed 0]

The shares (kinds of cards, schedules, notes without deck tags, line ends) follow what public vaults hold. The text is
random words: nothing in it was written by anybody.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

NOTES = 10_000
BYTES = 3_700
"""A note's mean size."""
CARDS = 7.9
"""Cards that a note with a deck aims at, on average; with the notes that have none that makes about 75,000."""
TODAY = date(2026, 1, 15)
"""The day that schedules are written around: about one in eight scheduled cards is due on it."""

SYLLABLES = re.findall("[A-Z][a-z]*", "BaCoDiFeGuHaKiLoMuNePraQuiRoStaTiVoWenXaYlZoTherIngBleMentTionOus")
FOLDERS = (
    "Biology,Biology/Cells,Computing,Computing/Networks,Daily,History,Languages/Dutch,Maths,Maths/Algebra,Zettel"
)
DECKS = ["biology", "biology/cells", "computing", "computing/networks", "history", "dutch", "maths", "maths/algebra"]


class Writer:
    """Makes up notes, one random number after the other."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        pick = self.random
        self.words = ["".join(pick.choices(SYLLABLES, k=pick.randint(1, 4))).lower() for _ in range(3000)]
        self.words += ["naïve", "Größe", "数学", "élan", "λ"]
        self.sentences = [self._sentence() for _ in range(6000)]
        self.card_makers: tuple[Callable[[], tuple[list[str], int]], ...] = (
            self._single,
            self._reversed,
            self._multi,
            self._multi_reversed,
            self._cloze,
            self._numbered_cloze,
        )
        self.card_shares = (42, 6, 17, 3, 27, 5)
        self.fillers = (self._prose, self._list, self._code, self._table, self._quote)
        self.filler_shares = (60, 20, 8, 5, 7)

    def note(self, number: int) -> tuple[str, bytes]:
        """The path and the bytes of one note."""
        pick = self.random
        path = f"{pick.choice(FOLDERS.split(','))}/{self._title()} {number}.md"
        decked = pick.random() < 0.9
        blocks = [self._front_matter(decked), [f"# {self._title()}"]]
        if decked and blocks[0] == []:
            blocks.append([f"#flashcards/{pick.choice(DECKS)}"])
        wanted = pick.triangular(0, 3 * CARDS, 0) if decked else pick.choice((0, 0, 3))
        goal = int(pick.triangular(0.2, 1.95, 0.5) * BYTES)
        size, cards = sum(map(len, blocks[0])), 0.0
        while size < goal or cards < wanted:
            if pick.random() < 0.12:
                lines = [f"{'#' * pick.randint(2, 4)} {self._title()}"]
            elif cards < wanted and (size >= goal or pick.random() < 0.1 + 0.9 * (wanted - cards) / wanted):
                maker = pick.choices(self.card_makers, self.card_shares)[0]
                lines, count = maker()
                cards += count
            else:
                lines = pick.choices(self.fillers, self.filler_shares)[0]()
            blocks.append(lines)
            size += sum(len(line) + 1 for line in lines) + 1
        text = "\n\n".join("\n".join(lines) for lines in blocks if lines)
        text += "" if pick.random() < 0.44 else "\n"
        raw = text.encode()
        return path, raw.replace(b"\n", b"\r\n") if pick.random() < 0.03 else raw

    def _front_matter(self, decked: bool) -> list[str]:
        pick = self.random
        form = pick.random()
        deck = f"flashcards/{pick.choice(DECKS)}" if decked else "reading"
        if form < 0.25:
            return []
        if form < 0.5:
            return ["---", "tags:", f"  - {deck}", f"  - {pick.choice(DECKS)}", "---"]
        if form < 0.65:
            return ["---", f"tags: [{deck}, {self._word()}]", f"aliases: [{self._title()}]", "---"]
        day = TODAY - timedelta(days=pick.randint(0, 1500))
        lines = ["---", "tags:", f"  - {deck}", f"created: {day}", f"status: {pick.choice(('draft', 'done'))}"]
        if form > 0.9:
            lines += [f'title: "{self._title()}: {self._word()}"', f"rating: {pick.randint(1, 5)}", "reviewed: true"]
        return [*lines, "---"]

    def _single(self) -> tuple[list[str], int]:
        line = f"{self._term()}::{self.random.choice(self.sentences)}"
        return self._scheduled([f"- {line}" if self.random.random() < 0.3 else line], 1)

    def _reversed(self) -> tuple[list[str], int]:
        return self._scheduled([f"{self._term()}:::{self._term()}"], 2)

    def _multi(self) -> tuple[list[str], int]:
        return self._scheduled([self._question(), "?", *self._answer()], 1)

    def _multi_reversed(self) -> tuple[list[str], int]:
        return self._scheduled([self._question(), "??", *self._answer()], 2)

    def _cloze(self) -> tuple[list[str], int]:
        count = self.random.choices((1, 2, 3), (70, 20, 10))[0]
        hint = ";;" + self._word() if self.random.random() < 0.1 else ""
        lines = [
            f"{sentence[:-1]} =={self._term()}{hint}==." for sentence in self.random.sample(self.sentences, count)
        ]
        return self._scheduled([" ".join(lines)], count)

    def _numbered_cloze(self) -> tuple[list[str], int]:
        last = self.random.randint(1, 2)
        words = f"==1;;{self._word()}== =={last};;{self._word()}=="
        return self._scheduled([f"{self.random.choice(self.sentences)[:-1]} {words}."], last)

    def _scheduled(self, lines: list[str], cards: int) -> tuple[list[str], int]:
        """Put a schedule comment under three in five questions."""
        pick = self.random
        if pick.random() < 0.05:
            lines[-1] += f" ^{self._word()}"
        if pick.random() < 0.6:
            entry = self._fsrs if pick.random() < 0.2 else self._sm2
            comment = "<!--SR:" + "".join(entry() for _ in range(cards)) + "-->"
            if pick.random() < 0.1:
                lines[-1] += f" {comment}"
            else:
                lines.append(comment)
        return lines, cards

    def _due(self) -> date:
        return TODAY + timedelta(days=self.random.randint(-30, 210))

    def _sm2(self) -> str:
        if self.random.random() < 0.03:
            return "!2000-01-01,1,250"
        return f"!{self._due()},{self.random.randint(1, 240)},{self.random.randrange(130, 330, 20)}"

    def _fsrs(self) -> str:
        pick = self.random
        due = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(
            days=pick.randint(-16, 224), seconds=pick.randint(0, 86399)
        )
        interval = pick.randint(1, 240)
        last = due - timedelta(days=interval)
        numbers = f"{interval},{pick.uniform(1, 300):.8f},{pick.uniform(1, 10):.8f},2,{pick.randint(1, 20)},0,0"
        return f"!fsrs,{due:%Y-%m-%dT%H:%M:%S}.000Z,{numbers},{last:%Y-%m-%dT%H:%M:%S}.000Z"

    def _question(self) -> str:
        return self.random.choice(self.sentences)[:-1] + "?"

    def _answer(self) -> list[str]:
        return self._list() if self.random.random() < 0.35 else [self.random.choice(self.sentences)]

    def _prose(self) -> list[str]:
        return [" ".join(self.random.choices(self.sentences, k=self.random.randint(1, 6)))]

    def _list(self) -> list[str]:
        count = self.random.randint(2, 6)
        return [f"{'  ' * self.random.randint(0, 1)}- {self.random.choice(self.sentences)}" for _ in range(count)]

    def _quote(self) -> list[str]:
        return [f"> [!note] {self._title()}", *(f"> {self.random.choice(self.sentences)}" for _ in range(2))]

    def _code(self) -> list[str]:
        body = [f"    {self._word()} = {self._word()}({self._word()}, 12)  # {self._word()}" for _ in range(4)]
        return ["```python", f"def {self._word()}():", *body, "", "    return 0", "```"]

    def _table(self) -> list[str]:
        rows = [f"| {self._term()} | {self._term()} | {self.random.random():.3f} |" for _ in range(4)]
        return ["| name | meaning | weight |", "| --- | --- | --: |", *rows]

    def _sentence(self) -> str:
        pick = self.random
        words = pick.choices(self.words, k=pick.randint(5, 16))
        if pick.random() < 0.25:
            place, word = pick.randrange(len(words)), self._word()
            words[place] = pick.choice(
                (f"[[{word.title()}]]", f"**{word}**", f"`{word}`", f"${word[0]}^2$", f"_{word}_")
            )
        return " ".join(words).capitalize() + "."

    def _word(self) -> str:
        return self.words[self.random.randrange(3000)]

    def _term(self) -> str:
        return " ".join(self._word() for _ in range(self.random.randint(1, 3)))

    def _title(self) -> str:
        return self._term().title()


def notes(count: int = NOTES, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Make up the notes of a vault: paths within it, and bytes."""
    writer = Writer(seed)
    return (writer.note(number) for number in range(count))


def write_vault(folder: Path, count: int = NOTES, seed: int = 0) -> int:
    """Write a vault with the plugin's default settings into a folder; gives its size in bytes."""
    plugin = folder / ".obsidian" / "plugins" / "obsidian-spaced-repetition"
    plugin.mkdir(parents=True)
    (plugin / "data.json").write_text(json.dumps({"settings": {}, "buryDate": "", "buryList": []}))
    for name in FOLDERS.split(","):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return sum((folder / path).write_bytes(raw) for path, raw in notes(count, seed))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a vault where the command line says."""
    parser = argparse.ArgumentParser(description="Write a made-up vault.")
    parser.add_argument("folder", type=Path, help="where; it must not exist, or be empty")
    parser.add_argument("--notes", type=int, default=NOTES)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    if asked.folder.exists() and any(asked.folder.iterdir()):
        parser.error(f"{asked.folder} is not empty")
    size = write_vault(asked.folder, asked.notes, asked.seed)
    print(f"{asked.folder}: {asked.notes} notes, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
