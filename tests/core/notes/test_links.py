"""Links are followed as Obsidian follows them, and never out of the vault."""

from __future__ import annotations

import re
from typing import Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.notes import links
from studyapp.core.notes.links import (
    Anchors,
    Catalogue,
    How,
    Target,
    link_counts,
    read_links,
    section,
)
from studyapp.core.notes.note import parse_note
from studyapp.core.notes.outline import Heading
from studyapp.core.settings.model import Settings
from tests.helpers.rows import each_row

FILES = [
    *("a.md", "x/a.md", "x/y/a.md", "x/b.md", "y/b.md", "Deep Note.md", "x/pic.png", "img/pic.png", "x/v1.2.md"),
    *("img/only.png", "Über.md", "x/y/z/c.md"),
]
CATALOGUE = Catalogue(FILES, [("Nickname", "x/b.md"), ("twice", "a.md"), ("Twice", "x/a.md")])


@pytest.mark.parametrize(("here", "asked"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_letters_of_another_form_are_the_same_letters(
    here: Literal["NFC", "NFD"], asked: Literal["NFC", "NFD"]
) -> None:
    files = [normalize(here, path) for path in ("Über/Prüfung.md", "Bild ä.png")]
    catalogue = Catalogue(files, [(normalize(here, "Größe"), files[0])])
    for target, path in (
        ("Prüfung", files[0]),
        ("über/prüfung", files[0]),
        ("/Über/Prüfung.md", files[0]),
        ("./Über/Prüfung", files[0]),
        ("Bild ä.png", files[1]),
        ("größe", files[0]),
    ):
        found = catalogue.resolve(normalize(asked, target), "q.md")
        assert found is not None, target
        assert found.path == path
        assert found.others == ()
    lines = [normalize(here, "# Größe & Maß"), "text"]
    headings = parse_note("q.md", "\n".join(lines).encode(), Settings()).headings
    assert Anchors(lines, headings).line_of(normalize(asked, "Größe & Maß")) == 0


@each_row(
    "target, source, path, how",
    [
        ("a", "q.md", "a.md", How.PATH),
        ("a", "x/q.md", "x/a.md", How.FOLDER),
        ("a", "y/q.md", "a.md", How.NAME),
        ("x/a", "y/q.md", "x/a.md", How.PATH),
        ("/x/a", "y/q.md", "x/a.md", How.PATH),
        ("y/a", "q.md", "x/y/a.md", How.NAME),
        ("a.md", "x/y/q.md", "x/y/a.md", How.FOLDER),
        ("b", "q.md", "x/b.md", How.NAME),
        ("./b", "y/q.md", "y/b.md", How.PATH),
        ("../a", "x/y/q.md", "x/a.md", How.PATH),
        ("Deep%20Note", "x/q.md", "Deep Note.md", How.NAME),
        ("deep note", "q.md", "Deep Note.md", How.PATH),
        ("ÜBER", "q.md", "Über.md", How.PATH),
        ("pic.png", "x/q.md", "x/pic.png", How.FOLDER),
        ("only.png", "x/q.md", "img/only.png", How.NAME),
        ("v1.2", "q.md", "x/v1.2.md", How.NAME),
        ("nickname", "q.md", "x/b.md", How.ALIAS),
        ("", "x/q.md", "x/q.md", How.SELF),
    ],
)
def test_a_link_leads_where_obsidian_goes(target: str, source: str, path: str, how: How) -> None:
    found = CATALOGUE.resolve(target, source)
    assert found is not None
    assert (found.path, found.how) == (path, how)


@pytest.mark.parametrize(
    "target", ["nothing", "../a", "../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "x", "C:\\a", "a/../../b"]
)
def test_what_is_not_in_the_vault_is_never_given(target: str) -> None:
    found = CATALOGUE.resolve(target, "q.md")
    assert found is None or found.path in FILES
    assert CATALOGUE.resolve("./nothing", "q.md") is None


@given(st.text(max_size=30), st.sampled_from(FILES))
def test_whatever_stands_in_a_link_only_known_files_come_out(target: str, source: str) -> None:
    found = CATALOGUE.resolve(target, source)
    assert found is None or found.path in FILES


def test_several_files_of_a_name_are_said_to_be_several() -> None:
    found = CATALOGUE.resolve("b", "q.md")
    assert found is not None
    assert found.others == ("y/b.md",)
    assert CATALOGUE.resolve("b", "x/q.md") == type(found)("x/b.md", How.FOLDER)
    named = CATALOGUE.resolve("twice", "q.md")
    assert named is not None
    assert (named.path, named.others) == ("a.md", ("x/a.md",))


def test_links_are_read_with_their_parts_and_places() -> None:
    lines = [
        "see [[a|the note]] and ![[pic.png|100]], `[[code]]`",
        "[m](b%20c.md#H) [web](https://x.y) [demo](studyapp://demo/lora) [[#Here]] [[a#H1#H2]] [[a#^id]]",
        "[[skipped]]",
    ]
    found = [(link.target, link.anchor, link.embed, link.line) for link in read_links(lines, {2})]
    assert found == [
        ("a", "", False, 0),
        ("pic.png", "", True, 0),
        ("b c.md", "H", False, 1),
        ("", "Here", False, 1),
        ("a", "H1#H2", False, 1),
        ("a", "^id", False, 1),
    ]


def test_links_are_counted_by_the_note_that_they_mean() -> None:
    links = list(read_links(["[[a]] [[a#H]] ![[x/a]] [[Nickname]] [[pic.png]] [[nowhere]] [[#Self]]"]))
    assert link_counts(links, "q.md", CATALOGUE) == {"a.md": 2, "x/a.md": 1}


NOTE = """# One

text

## Same

first

# Two: with *marks*

a paragraph
of two lines ^block

- item

^below

## Same

second
"""


def test_headings_and_blocks_are_found_and_cut_out() -> None:
    note = parse_note("n.md", NOTE.encode(), Settings())
    lines = NOTE.split("\n")
    assert Anchors(lines, note.headings).line_of("One") == 0
    assert Anchors(lines, note.headings).line_of("two with marks") == 8
    assert Anchors(lines, note.headings).line_of("Two: with marks#Same") == 17
    assert Anchors(lines, note.headings).line_of("Same") == 4
    assert Anchors(lines, note.headings).line_of("None") is None
    assert Anchors(lines, note.headings).line_of("^block") == 11
    assert section(lines, note.headings, "Same") == ["## Same", "", "first", ""]
    assert section(lines, note.headings, "^block") == ["a paragraph", "of two lines ^block"]
    assert section(lines, note.headings, "^below") == ["- item", ""]
    assert section(lines, note.headings, "^nothing") is None


TITLES = st.sampled_from(["A", "a!", "B", "B ^x"])
MARKED = st.sampled_from(["", "text", "^a", "text ^a", "text^a ^b ", "^a ^b", "^b\t", "a^b"])


@given(
    st.lists(st.builds(Heading, st.integers(1, 3), TITLES, st.just(0)), max_size=6),
    st.lists(MARKED, max_size=6),
    st.sampled_from(["A", "b", "A#B", "a#a#B", "#", "^a", "^b", "^a ^b", "^"]),
)
def test_the_place_that_a_link_names_is_the_first_that_fits(
    given: list[Heading], lines: list[str], anchor: str
) -> None:
    headings = [Heading(one.level, one.text, line) for line, one in enumerate(given)]
    if anchor.startswith("^"):
        fits = re.compile(rf"(?:^|\s){re.escape(anchor)}\s*$").search
        expected = next((number for number, line in enumerate(lines) if fits(line)), None)
    else:
        expected, level = None, 0
        for part in filter(None, anchor.lower().split("#")):
            below = headings[0 if expected is None else expected + 1 :]
            found = next(
                (one for one in below if one.level > level and re.sub(r"\W", "", one.text).lower() == part), None
            )
            expected, level = (None, 0) if found is None else (found.line, found.level)
            if found is None:
                break
    assert Anchors(lines, headings).line_of(anchor) == expected


class Compared(list[str]):
    """What was compared, from now on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(links, "as_compared", self._compare)

    def _compare(self, text: str) -> str:
        self.append(text)
        return text.lower()


def test_each_heading_is_read_once_however_many_links_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Compared(monkeypatch)
    anchors = Anchors([], [Heading(1, f"title {number}", number) for number in range(50)])
    assert [anchors.line_of(f"Title {number}") for number in range(50)] == list(range(50))
    assert len(read) == 100


def test_files_of_one_name_are_gone_through_once_however_many_links_name_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folders = [f"{number:02}" for number in range(50)]
    catalogue = Catalogue([f"{folder}/x/Index.md" for folder in folders], [("first", f"{one}.md") for one in folders])
    read = Compared(monkeypatch)
    found = {catalogue.resolve("Index", f"{folder}/note.md") for folder in folders}
    assert found == {Target("00/x/Index.md", How.NAME, ("01/x/Index.md", "02/x/Index.md", "03/x/Index.md"))}
    assert len(read) < 20 * len(folders)
    assert catalogue.resolve("first", "note.md") == Target("00.md", How.ALIAS, ("01.md", "02.md", "03.md"))
