"""Odd note types, decks, fields and texts, from Anki's own library and back to it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.disk.place import files_in
from studyapp.core.notes.links import Catalogue, read_links
from studyapp.study.exchange.exports.export import export
from studyapp.study.exchange.imports.import_plan import plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.reading.sources import opened_source
from tests.helpers.anki_collection import anki, pack
from tests.helpers.vaults import make_vault, workspace

pytestmark = pytest.mark.reference

THREE = (
    ("{{A}}{{#D}}never{{/D}}", "{{FrontSide}}<hr id=answer>{{B}}{{^D}} (no more){{/D}}"),
    ("{{hint:B}} ?", "{{FrontSide}}\n<hr id='answer'>\n{{A}}"),
    ("{{#C}}{{C}}{{/C}}", "{{A}} / {{text:B}} {{type:C}} <script>alert(1)</script>"),
)
CLOZES = (
    "{{c1::outer {{c2::inner}} x}} and {{c3::z::a hint :: with == signs}}",
    "<table><tr><td>{{c1::one}}</td><td>{{c2::two}}</td></tr></table>",
    "<ul><li>{{c1::one<br>two}}</li><li>{{c1::three}}</li></ul>",
    "<pre>f({{c1::x}})\n\n    {{c2::return}} y</pre>",
    "<code>{{c1::std::vector}}</code> \\({{c2::a==b}}\\) {{c1,3::both}}",
)
BASICS = (
    (
        "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby> &hearts; &#x1F600;",
        "<details><summary>S</summary>a</details>",
    ),
    ("[sound:my file.mp3] [sound:b%20c.mp3]", "[latex]\\alpha[/latex] [$]x[/$] [$$]y[/$$]"),
    ('<img src="a b.png"><img src="c#1.png">', '<img src="../../etc/passwd"><img src="http://e.x/y.png">'),
    ("dup", "same"),
    ("dup", "same"),
    ("<table><tr><th>H</th></tr><tr><td>1<br>2</td></tr></table>", "<dl><dt>t</dt><dd>d</dd></dl><![endif]>"),
)
DECKS = ("con", "..", "a/b", "x" * 300, "  ", "A::..::B", "🎉::é", "a\tb", "NUL::aux", "^$|[]", "c\x07d")


def add(made: Any, kind: Any, values: tuple[str, ...], deck: str = "Default") -> None:
    note = made.new_note(kind)
    note.fields[: len(values)] = values
    note.tags = ["t::u", "Ünï", "1984"]
    made.add_note(note, made.decks.id(deck))


@pytest.fixture
def made(tmp_path: Path) -> Any:
    """A collection with all of these."""
    (tmp_path / "anki").mkdir()
    found = anki.Collection(str(tmp_path / "anki/collection.anki2"))
    models = found.models
    kind = models.new("Three\x07")
    for name in "ABCD":
        models.add_field(kind, models.new_field(name))
    for front, back in THREE:
        template = models.new_template(front[:9])
        template["qfmt"], template["afmt"] = front, back
        models.add_template(kind, template)
    models.add(kind)
    for number in range(3):
        add(found, models.by_name(kind["name"]), (f"a{number}", f"b{number}", f"c{number}" * (number > 0)))
    for text in CLOZES:
        add(found, models.by_name("Cloze"), (text, "extra"))
    for values in BASICS:
        add(found, models.by_name("Basic"), values)
    for number, deck in enumerate(DECKS):
        add(found, models.by_name("Basic"), (f"in {number}", "ok"), deck)
    for name in ("a b.png", "c#1.png", "my file.mp3"):
        found.media.write_data(name, name.encode())
    yield found
    found.close()


@pytest.mark.parametrize("old", [True, False])
def test_odd_note_types_fields_and_decks_come_in(made: Any, tmp_path: Path, old: bool) -> None:
    pack(made, tmp_path / "out.apkg", old=old)
    root, now = make_vault(tmp_path / "vault", {"mine.md": "#flashcards\n\na::b\n"}), datetime.now(UTC)
    vault = workspace(root, tmp_path / "home", now)
    with opened_source(tmp_path / "out.apkg") as source:
        planned = plan_import(vault, source, "In")
        bring_in(vault, source, planned)
    assert planned.left_out == []
    again = workspace(root, tmp_path / "home", now)
    assert len(list(again.vault.rows())) - 1 == planned.cards == made.card_count()
    assert planned.media == ["a b.png", "c#1.png", "my file.mp3"]
    assert planned.missing == ["b c.mp3", "passwd"]
    catalogue = Catalogue(files_in(root))
    shown = [link for link in read_links((root / "In/Default.md").read_text().split("\n")) if link.embed]
    found = [catalogue.resolve(link.target, "In/Default.md") for link in shown]
    read = sorted((root / one.path).read_text() for one in found if one is not None)
    assert read == ["a b.png", "c#1.png", "my file.mp3"]
    with opened_source(tmp_path / "out.apkg") as source:
        assert not plan_import(again, source, "In").does_something
    assert {path.name for path in tmp_path.iterdir()} == {"anki", "out.apkg", "vault", "home"}
    assert "alert" not in "".join(path.read_text() for path in (root / "In").rglob("*.md"))


TEXTS = """\
#flashcards

code `{{c2::x}}` ==y== `{{c1::z}}`

עברית ==\u200fשלום\u200f== 👨\u200d👩\u200d👧

> [!note] Nested
> > [!tip]- Deeper `x`
> > - ==list==
> > ```py
> > {{c5::code}}
> > ```

**bold ==[sound:x.mp3]== odd** and *==it*al==

| a | b |
|---|---|
| ==x== | y\\|z |

front <div>&amp; {{c3</div>::back }} {{FrontSide}} [latex]
"""


def test_odd_text_is_shown_as_it_is_and_makes_no_card_of_its_own(tmp_path: Path) -> None:
    vault = workspace(make_vault(tmp_path / "vault", {"n.md": TEXTS}), tmp_path / "home", datetime.now(UTC))
    report = export(vault, tmp_path / "out.apkg")
    there = anki.Collection(str(tmp_path / "there.anki2"))
    options = anki.ImportAnkiPackageOptions(with_scheduling=True)
    there.import_anki_package(anki.ImportAnkiPackageRequest(package_path=str(tmp_path / "out.apkg"), options=options))
    for number in there.find_notes(""):
        there.update_note(there.get_note(number))  # makes the cards that the text asks for
    assert there.card_count() == report.cards == 7
    assert not there.get_empty_cards().notes
    cards = [there.get_card(one) for one in there.find_cards("")]
    assert not any(card.question_av_tags() or card.answer_av_tags() for card in cards)
    shown = "".join(card.answer() for card in cards)
    assert "\u200fשלום\u200f" in shown
    assert "👨\u200d👩\u200d👧" in shown
    assert "<div>&amp; {{c3</div>" in shown
    there.close()
