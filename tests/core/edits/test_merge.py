"""Merging notes: the user's two devices change one note in every way that people do, and git merges it."""

from __future__ import annotations

import random
import re
import subprocess
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from studyapp.core.edits.merge import merge_notes
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import read_entry, reviewed
from studyapp.core.settings.model import Settings
from tests.helpers.tiers import tiered

PLAIN = Settings()
SAME_LINE = Settings(card_comment_on_same_line=True)
CALLOUTS = Settings(use_callouts_for_scheduling_comments=True)
CONFLICT = re.compile(rb"^<{7} .*?^>{7} [^\n]*$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("merge")


def git(folder: Path, base: bytes, ours: bytes, theirs: bytes) -> tuple[bytes, bool]:
    """Git's own merge, as `git merge` would do it."""
    names = []
    for name, raw in (("ours", ours), ("base", base), ("theirs", theirs)):
        (folder / name).write_bytes(raw)
        names += ["-L", name]
    done = subprocess.run(
        ["git", "merge-file", "-p", *names, "ours", "base", "theirs"], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode < 128, done.stderr
    return done.stdout, done.returncode > 0


def merged(folder: Path, base: str, ours: str, theirs: str, settings: Settings = PLAIN) -> str:
    """Merge both ways round; schedules must not depend on whose side is ours."""

    def text(*versions: bytes) -> tuple[bytes, bool]:
        return git(folder, *versions)

    raws = tuple(one.encode() for one in (base, ours, theirs))
    found, conflicts = merge_notes((raws[0], raws[1], raws[2]), "n.md", settings, text)
    other, as_well = merge_notes((raws[0], raws[2], raws[1]), "n.md", settings, text)
    assert conflicts == as_well
    if not conflicts:
        assert entries_of(found, settings) == entries_of(other, settings)
    return found.decode()


def entries_of(raw: bytes, settings: Settings) -> list[tuple[str, list[str]]]:
    note = parse_note("n.md", raw, settings)
    return sorted((question.text, [entry.raw for entry in question.entries]) for question in note.questions)


HEAD = "#flashcards\n\n"
OLD, NEW, NEWER = (f"<!--SR:!2024-0{month}-01,4,250-->" for month in (1, 2, 3))


def test_the_later_review_wins_on_either_device(folder: Path) -> None:
    base, ours, theirs = (f"{HEAD}a::b\n{comment}\n" for comment in (OLD, NEW, NEWER))
    assert merged(folder, base, ours, theirs) == theirs
    assert merged(folder, base, theirs, ours) == theirs
    assert merged(folder, base, base, ours) == ours


def test_of_two_schedules_of_one_day_the_one_that_changed_counts(folder: Path) -> None:
    before, after = "<!--SR:!2024-01-10,5,250-->", "<!--SR:!2024-01-06,1,230-->"
    base = f"{HEAD}a::b\n{before}\n\nx\n"
    again, edited = base.replace(before, after), base.replace("x\n", "y\n")
    both = edited.replace(before, after)
    assert merged(folder, base, again, edited) == merged(folder, base, edited, again) == both


def test_each_card_of_a_question_keeps_its_own_later_review(folder: Path) -> None:
    base, ours, theirs = (
        f"{HEAD}a:::b\n<!--SR:!2024-0{one}-01,4,250!2024-0{two}-01,4,250-->\n"
        for one, two in ((1, 1), (3, 1), (2, 4))
    )
    assert "<!--SR:!2024-03-01,4,250!2024-04-01,4,250-->" in merged(folder, base, ours, theirs)


def test_a_first_review_on_one_device_and_an_edit_on_the_other_are_both_kept(folder: Path) -> None:
    for settings, gap in ((PLAIN, "\n"), (SAME_LINE, " ")):
        base, ours = f"{HEAD}what it is::b\n\nother\n", f"{HEAD}what it is::b{gap}{NEW}\n\nother\n"
        theirs = f"{HEAD}what it really is::b\n\nother\n"
        assert merged(folder, base, ours, theirs, settings) == f"{HEAD}what it really is::b{gap}{NEW}\n\nother\n"


def test_a_review_of_a_question_that_the_other_device_edited_and_reviewed_earlier(folder: Path) -> None:
    base = f"{HEAD}what it is::b\n{OLD}\n"
    ours, theirs = f"{HEAD}what it is::b\n{NEWER}\n", f"{HEAD}what it really is::b\n{NEW}\n"
    assert merged(folder, base, ours, theirs) == f"{HEAD}what it really is::b\n{NEWER}\n"


def test_two_first_reviews_make_one_comment(folder: Path) -> None:
    base = f"{HEAD}a::b\n\nc::d\n"
    ours, theirs = base.replace("a::b", f"a::b\n{NEW}"), base.replace("a::b", f"a::b\n{NEWER}")
    assert merged(folder, base, ours, theirs) == theirs


def test_neighbours_that_were_reviewed_on_different_devices_do_not_conflict(folder: Path) -> None:
    base = f"{HEAD}a::b\nc::d\ne::f\n"
    ours, theirs = base.replace("a::b", f"a::b\n{NEW}"), base.replace("c::d", f"c::d\n{NEWER}")
    assert merged(folder, base, ours, theirs) == f"{HEAD}a::b\n{NEW}\nc::d\n{NEWER}\ne::f\n"


def test_a_question_that_one_device_deleted_is_gone_with_its_comment(folder: Path) -> None:
    base = f"{HEAD}a::b\n{OLD}\n\nc::d\n{OLD}\n"
    ours, theirs = f"{HEAD}c::d\n{OLD}\n", base.replace(OLD, NEW)
    assert merged(folder, base, ours, theirs) == f"{HEAD}c::d\n{NEW}\n"


def test_of_equal_questions_the_one_that_is_left_keeps_its_own_schedule(folder: Path) -> None:
    first, second = "<!--SR:!2024-01-05,4,250-->", "<!--SR:!2024-01-09,4,250-->"
    base = f"{HEAD}a::b\n{first}\n\nwords\n\na::b\n{second}\n"
    ours, theirs = f"{HEAD}words\n\na::b\n{second}\n", base.replace(second, NEWER)
    assert merged(folder, base, ours, theirs) == f"{HEAD}words\n\na::b\n{NEWER}\n"


def test_a_new_question_in_the_place_of_a_deleted_one_starts_over(folder: Path) -> None:
    base = f"{HEAD}a::b\n{OLD}\n\nlast\n"
    ours, theirs = f"{HEAD}something else entirely::x\n\nlast\n", base.replace(OLD, NEW)
    assert NEW not in merged(folder, base, ours, theirs).split("something else entirely::x")[1].split("=====")[0]


def test_a_card_that_was_reset_on_one_device_stays_so_unless_the_other_reviewed_it(folder: Path) -> None:
    base, ours = f"{HEAD}a::b\n{OLD}\n\nx\n", f"{HEAD}a::b\n\nx\n"
    assert merged(folder, base, ours, base.replace("x\n", "y\n")) == f"{HEAD}a::b\n\ny\n"
    assert merged(folder, base, ours, base.replace(OLD, NEW)) == base.replace(OLD, NEW)


def test_what_looks_like_a_comment_in_code_is_text(folder: Path) -> None:
    code = f"```\na::b\n{OLD}\n```\n"
    base, ours = f"{HEAD}{code}\nq::a\n", f"{HEAD}{code.replace(OLD, NEW)}\nq::a\n"
    theirs = f"{HEAD}{code}\nq::a\n{NEWER}\n"
    assert merged(folder, base, ours, theirs) == f"{HEAD}{code.replace(OLD, NEW)}\nq::a\n{NEWER}\n"


def test_a_conflict_of_texts_leaves_the_comment_outside(folder: Path) -> None:
    base = f"{HEAD}the question::one\n{OLD}\n\nrest\n"
    ours = base.replace("one", "two").replace(OLD, NEW)
    theirs = base.replace("one", "three").replace(OLD, NEWER)
    found = merged(folder, base, ours, theirs)
    (conflict,) = CONFLICT.findall(found.encode())
    assert b"SR:" not in conflict
    assert found.count("SR:") == 1
    assert NEWER in found


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"#flashcards\r\n\r\na::b\r\n<!--SR:!2024-01-01,4,250-->\r\nend"])
def test_a_version_that_is_as_it_was_gives_the_other_one_byte_for_byte(folder: Path, raw: bytes) -> None:
    other = raw + b"\n more \xe9 \r\n"

    def text(*versions: bytes) -> tuple[bytes, bool]:
        return git(folder, *versions)

    assert merge_notes((raw, raw, other), "n.md", PLAIN, text) == (other, False)
    assert merge_notes((raw, other, raw), "n.md", PLAIN, text) == (other, False)
    assert merge_notes((raw, other, other), "n.md", PLAIN, text) == (other, False)


# Generated divergences


@dataclass(frozen=True)
class Piece:
    """A question or a paragraph of a generated note."""

    name: str
    """A word of its text that no other piece has."""
    text: str
    entries: tuple[str, ...] = ()
    cards: int = 0
    block_id: str = ""

    def written(self, settings: Settings, newline: str) -> str:
        text = self.text.replace("\n", newline)
        if not self.entries:
            return text + self.block_id
        comment = "<!--SR:" + "".join(f"!{entry}" for entry in self.entries) + "-->"
        if settings.use_callouts_for_scheduling_comments:
            return f"{text}{newline}> [!sr|card-metadata] {newline}>  {comment}{self.block_id}"
        if settings.card_comment_on_same_line:
            return f"{text} {comment}{self.block_id}"
        return f"{text}{self.block_id}{newline}{comment}"


class Person:
    """Makes a note and changes it, on one device and on the other."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.settings = self.dice.choice([PLAIN, PLAIN, SAME_LINE, CALLOUTS])
        self.newline = self.dice.choice(["\n", "\n", "\n", "\r\n"])
        self.end = self.dice.choice(["", self.newline])
        self.number = 0

    def words(self) -> str:
        return " ".join(self.dice.choices(["mitosis", "treaty", "λ", "naïve", "graph", "verb", "mole"], k=6))

    def entry(self, day: int) -> str:
        interval = self.dice.randint(1, 40)
        last = date(2024, 1, 1) + timedelta(days=day)
        due = last + timedelta(days=interval)
        if self.dice.random() < 0.2:
            numbers = f"{interval},{self.dice.uniform(1, 90):.8f},5.1,2,3,0,0"
            return f"fsrs,{due}T00:00:00.000Z,{numbers},{last}T00:00:00.000Z"
        return f"{due},{interval},{self.dice.randrange(130, 330, 20)}"

    def piece(self) -> Piece:
        self.number += 1
        name = f"piece{self.number}x"
        kind = self.dice.choice(["::", ":::", "\n?\n", "==", ""])
        if not kind:
            return Piece(name, f"{self.words()} {name}")
        cards = 2 if kind == ":::" else 1
        scheduled = self.dice.random() < 0.6
        entries = tuple(self.entry(self.dice.randint(0, 20)) for _ in range(cards)) if scheduled else ()
        block_id = f" ^b{self.number}" if self.dice.random() < 0.1 else ""
        middle = f" =={name}== {self.words()}" if kind == "==" else f" {name}{kind}{self.words()}"
        return Piece(name, self.words() + middle, entries, cards, block_id)

    def note(self) -> list[Piece]:
        return [self.piece() for _ in range(self.dice.randint(3, 12))]

    def changed(self, pieces: list[Piece]) -> list[Piece]:
        """One device's work: reviews, edits, new pieces, deleted ones."""
        found: list[Piece] = []
        for piece in pieces:
            new = piece
            if piece.cards and self.dice.random() < 0.5:
                kept = piece.entries or ("2000-01-01,1,250",) * piece.cards
                side, entry = self.dice.randrange(piece.cards), self.entry(30 + self.dice.randint(0, 40))
                new = replace(new, entries=(*kept[:side], entry, *kept[side + 1 :]))
            if self.dice.random() < 0.12:
                new = replace(new, text=f"{self.dice.choice(['Really', 'Now'])} {new.text}")
            if self.dice.random() < 0.06:
                continue
            found.append(new)
            if self.dice.random() < 0.06:
                found.append(self.piece())
        return found

    def written(self, pieces: list[Piece]) -> bytes:
        texts = [piece.written(self.settings, self.newline) for piece in pieces]
        return ((self.newline * 2).join(["#flashcards", *texts]) + self.end).encode()

    def entries_in(self, raw: bytes) -> dict[str, list[tuple[str, ...]]]:
        """The entries of each piece in a note or a part of one; a conflict holds both texts of a piece."""
        found: dict[str, list[tuple[str, ...]]] = {}
        plain = re.sub(rb"(?m)^([<=])\1{6}[^\n]*\n", b"\n", re.sub(rb"(?m)^>{7}[^\n]*\n", b"", raw))
        for question in parse_note("n.md", b"#flashcards\n\n" + plain, self.settings).questions:
            (name,) = re.findall(r"piece\d+x", question.text)
            found.setdefault(name, []).append(tuple(entry.raw for entry in question.entries))
        return found


def latest(one: Piece, two: Piece, side: int) -> float:
    """When a card was reviewed last, on either device."""
    entries = [piece.entries[side] for piece in (one, two) if piece.entries]
    return max((reviewed(read_entry(entry)) for entry in entries), default=float("-inf"))


@tiered("part", range(4))
def test_200_divergences_have_no_conflict_in_a_comment_and_lose_no_later_review(folder: Path, part: int) -> None:
    def text(*versions: bytes) -> tuple[bytes, bool]:
        return git(folder, *versions)

    in_conflict = checked = 0
    for seed in range(part * 50, part * 50 + 50):
        person = Person(seed)
        pieces = person.note()
        mine, other = ({piece.name: piece for piece in person.changed(pieces)} for _ in range(2))
        base, ours, theirs = (person.written(list(side)) for side in (pieces, mine.values(), other.values()))
        found, conflicts = merge_notes((base, ours, theirs), "n.md", person.settings, text)
        back, _ = merge_notes((base, theirs, ours), "n.md", person.settings, text)
        in_conflict += conflicts
        kept = person.entries_in(found)
        for name in mine.keys() & other.keys():
            one, two = mine[name], other[name]
            for side in range(one.cards if one.entries or two.entries else 0):
                checked += 1
                # In a conflict of its texts the question's comment stands behind the conflict, for both of them,
                # or at the end of each where the settings put it on the line of the text.
                there = {reviewed(read_entry(entries[side])) for entries in kept[name] if entries}
                assert there == {latest(one, two, side)}, (seed, name, found.decode())
        assert conflicts or person.entries_in(back) == kept, seed
        for conflict in CONFLICT.findall(found):
            inside = {name: all_ for name, all_ in person.entries_in(conflict).items() if any(all_)}
            for name in inside.keys() & mine.keys() & other.keys():
                # Git puts texts that stand near each other into one conflict; the comments in it are the same.
                assert len(set(inside[name]) - {()}) == 1, (seed, conflict.decode())
    assert checked > 100
    assert in_conflict < 20, "most divergences are none of text"
