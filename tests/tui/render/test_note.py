"""What a laid-out note says about its links, headings and images, and notes that it embeds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.tui.render import Embedded, Rendered, render_note

NOTES = {
    "a.md": "# A\n\n![[b]]\n\nend",
    "b.md": "in b\n\n![[c#Part]]\n\n![[a]]",
    "c.md#Part": "in *c*",
    "loop.md": "![[loop]]",
    "own.md": "![[own#Part]]\n\n# Part\n\ntext",
    "own.md#Part": "# Part\n\ntext\n\n![[own#Part]]",
    "bad.md": "\x1b]52;c;x\x07 [b]x[/b]",
}


def source(target: str, _path: str) -> tuple[str, str] | None:
    name, _, part = target.partition("#")
    key = f"{name}.md#{part}" if part else f"{name}.md"
    return (key, NOTES[key]) if key in NOTES else None


def rendered(text: str, width: int = 60, path: str = "q.md") -> Rendered:
    return render_note(text, width=width, embedded=Embedded(source, path))


def places(found: Rendered) -> list[tuple[str, str, str]]:
    lines = found.content.plain.split("\n")
    return [
        (place.anchor.kind, place.anchor.target, lines[place.line][place.start : place.end]) for place in found.places
    ]


def test_links_say_where_they_are_and_lead() -> None:
    text = (
        "# One *two*\n\nsee [[Note#Part|this]] and [m](x%20y.md) and <https://a.b> or https://c.d/e, ![[p.png|100]]"
    )
    assert places(rendered(text, 100)) == [
        ("heading", "One *two*", "One two"),
        ("note", "Note#Part", "this"),
        ("note", "x y.md", "m"),
        ("web", "https://a.b", "https://a.b"),
        ("web", "https://c.d/e", "https://c.d/e"),
        ("image", "p.png", "▣ image p.png (100)"),
    ]


def test_the_pieces_of_a_broken_link_have_one_number() -> None:
    found = rendered("word [[Some Note|a link of many words that is broken over lines]] word", 20)
    numbers = {place.anchor.number for place in found.places}
    assert len(found.places) > 1
    assert len(numbers) == 1


def test_embedded_notes_and_parts_are_shown_within_and_circles_are_cut() -> None:
    lines = [line.rstrip() for line in rendered("before\n\n![[a]]\n\nafter").content.plain.split("\n")]
    assert lines == [
        *("before", "", "▏ a", "▏ A", "▏", "▏ ▏ b", "▏ ▏ in b", "▏ ▏", "▏ ▏ ▏ c › Part", "▏ ▏ ▏ in c", "▏ ▏"),
        *("▏ ▏ ▣ note a", "▏", "▏ end", "", "after"),
    ]
    assert rendered("![[loop]]").content.plain.count("loop") == 2
    assert rendered(NOTES["own.md"], path="own.md").content.plain.count("text") == 2


def test_a_note_that_is_not_there_stays_a_link() -> None:
    assert places(rendered("![[nowhere#x]]")) == [("embed", "nowhere#x", "▣ note nowhere › x")]


def test_an_embedded_note_cannot_reach_the_terminal_either() -> None:
    plain = rendered("![[bad]]").content.plain
    assert "\x1b" not in plain
    assert "[b]x[/b]" in plain


def test_embeds_of_many_embeds_end() -> None:
    many = "\n\n".join(["![[x]]"] * 50)

    def all_the_same(_target: str, path: str) -> tuple[str, str]:
        return f"{path}x", many

    found = render_note(many, width=60, embedded=Embedded(all_the_same, "x"))
    assert len(found.lines) < 10_000


@given(st.text(max_size=200), st.integers(1, 80))
def test_places_are_within_their_lines(text: str, width: int) -> None:
    found = rendered(text, width)
    for place in found.places:
        assert 0 <= place.line < len(found.lines)
        assert 0 <= place.start <= place.end
