"""A year of reviews on a made-up vault: who answers, what happens between the days, and an independent recount.

Nothing here asks the app what a card is: cards are known because they were written here, and what is due is counted
in the text of the notes.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from studyapp.core.log.actions import Status
from studyapp.core.log.journal import Journal
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace.store import Saved
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.session import Session
from studyapp.study.review.today import begin
from tests.helpers.vaults import locations

FIRST = datetime(2024, 1, 1, 9, tzinfo=UTC)
COMMENT = re.compile(r"(?:\r?\n)?[ \t]?<!--SR:(![^>]*)-->")
SM2 = re.compile(r"!(\d{4})-(\d\d)-(\d\d),")
FSRS = re.compile(r"!fsrs,(\d{4}-\d\d-\d\dT[\d:.]+Z),")
GRADES = [Grade.AGAIN, Grade.HARD, Grade.GOOD, Grade.EASY]


@dataclass
class Written:
    """A question as it was written here."""

    text: str
    cards: int


@dataclass
class Page:
    """A note as it was written here."""

    path: str
    questions: list[Written]
    newline: str = "\n"
    final: bool = True
    head: str = "---\ntags: [flashcards]\ntitle: 'a: b'\n---\n# Head\n\n"

    def text(self) -> str:
        """Its text without schedules."""
        body = "\n\n".join(question.text for question in self.questions)
        text = f"{self.head}{body}{chr(10) if self.final else ''}"
        return text.replace("\n", self.newline)


def question(number: int, dice: random.Random) -> Written:
    """One of the five kinds of questions."""
    name = f"q{number}"
    kind = dice.randrange(5)
    if kind == 0:
        return Written(f"{name} front::back of {name}", 1)
    if kind == 1:
        return Written(f"{name} one:::{name} other", 2)
    if kind == 2:
        return Written(f"{name} asked\n?\n- answer\n- of {name}", 1)
    if kind == 3:
        return Written(f"{name} there\n??\n{name} and back", 2)
    return Written(f"The =={name}== and its =={name} friend== are gaps.", 2)


@dataclass
class Year:
    """The vault, who answers, and what is known of both."""

    root: Path
    home: Path
    seed: int
    cards: int = 2000
    fsrs: bool = False
    new_a_day: int = 25
    pages: list[Page] = field(default_factory=list)
    now: datetime = FIRST
    written: int = 0
    graded: int = 0
    suspended: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        left = self.cards
        while left > 0:
            questions: list[Written] = []
            while left > 0 and len(questions) < 10:
                made = question(self.written, self.dice)
                self.written += 1
                if made.cards <= left or left == 1:
                    questions.append(made)
                    left -= made.cards
            place = len(self.pages)
            page = Page(f"f{place % 3}/n{place}.md", questions, "\r\n" if place % 4 == 1 else "\n", place % 3 != 2)
            self.pages.append(page)
            file = self.root / page.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(page.text().encode())
        own = self.root / ".studyapp" / "settings.toml"
        own.parent.mkdir()
        algorithm = 'algorithm = "FSRS"\n' if self.fsrs else ""
        own.write_text(f"{algorithm}new_cards_per_day = {self.new_a_day}\n")
        self.workspace = self.opened()

    def opened(self) -> Workspace:
        """The program, started anew."""
        return Workspace.open(self.root, locations(self.home), lambda: self.now)

    @property
    def total(self) -> int:
        """How many cards there are."""
        return sum(written.cards for page in self.pages for written in page.questions)

    def recount(self) -> tuple[int, int]:
        """How many cards are due and how many were never reviewed, by the text of the notes alone."""
        due = known = 0
        for page in self.pages:
            for found in COMMENT.finditer((self.root / page.path).read_bytes().decode()):
                for year, month, day in SM2.findall(found[1]):
                    when = date(int(year), int(month), int(day))
                    if when != date(2000, 1, 1):
                        known += 1
                        due += when <= self.now.date()
                for text in FSRS.findall(found[1]):
                    known += 1
                    due += datetime.fromisoformat(text) <= self.now
        return due, self.total - known

    def check_counts(self) -> None:
        """What the app counts is what the notes say."""
        self.workspace.vault.scan()
        tree = self.workspace.vault.decks(self.now)
        assert (tree.due, tree.new) == self.recount(), self.now
        assert tree.total == self.total

    def check_texts(self) -> None:
        """Outside comments each note is what was written here."""
        for page in self.pages:
            raw = (self.root / page.path).read_bytes().decode()
            assert COMMENT.sub("", raw) == page.text(), page.path

    def check_replay(self) -> None:
        """What the log says, action after action, is what the notes say."""
        journal = Journal(self.workspace.journal.path)
        assert not journal.problems
        assert not journal.waiting
        last: dict[str, str] = {}
        actions = journal.actions
        for done in self.workspace.history.reviews():
            assert actions[done.id].status is Status.WRITTEN
            last[self.workspace.history.name(done)] = done.after
        standing: Counter[str] = Counter()
        for page in self.pages:
            for found in COMMENT.finditer((self.root / page.path).read_bytes().decode()):
                standing.update(part for part in found[1].split("!")[1:] if not part.startswith("2000-01-01"))
        there = {str(row.id) for row in self.workspace.vault.rows()}
        assert standing == Counter(after for card, after in last.items() if card in there)

    def day(self) -> Session:
        """Review what today asks for, two dozen cards or so at most."""
        session = begin(self.workspace)
        limit = self.dice.randrange(12, 30)
        while session.current is not None and limit > 0:
            self.answer(session)
            limit -= 1
        return session

    def answer(self, session: Session) -> Saved:
        """Grade the card in front."""
        session.reveal()
        grade = self.dice.choices(GRADES, [8, 10, 70, 12])[0]
        saved = self.workspace.store.save(session.grade(grade))
        session.saved(saved)
        self.graded += 1
        assert saved.why_not is None
        return saved

    def next_day(self) -> None:
        """Sleep."""
        self.now = (self.now + timedelta(days=1)).replace(hour=self.dice.randrange(7, 23))
