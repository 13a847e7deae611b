"""Small files that ask for much, and large ones: every command ends in time, says what is bounded, and goes on.

Each vault holds a good note besides, which can be found, reviewed and graded in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.faults.every_command import NOTE, Place

pytestmark = pytest.mark.slow

CARDS = "#flashcards\n\n"
PLUGIN = ".obsidian/plugins/obsidian-spaced-repetition/data.json"


def bomb(*keys: str, first: str = "[x, x]", each: str = "[?, ?, ?, ?, ?, ?, ?, ?, ?, ?]") -> str:
    """Front matter of a few lines that stands for a million million values, under each of the keys."""
    lines = [f"a0: &a0 {first}", *(f"a{n}: &a{n} {each.replace('?', f'*a{n - 1}')}" for n in range(1, 12))]
    return "\n".join(["---", *lines, *(f"{key}: *a11" for key in keys), "---", "", CARDS, "question::answer", ""])


def front_matter() -> dict[str, str]:
    return {
        "Lists.md": bomb("aliases", "tags", "demo", "cssclasses", "title"),
        "Schedule.md": bomb("sr-due", "sr-interval", "sr-ease") + "\n#review\n",
        "Mappings.md": bomb("aliases", first="{x: y}", each="{a: ?, b: ?, c: ?, d: ?, e: ?, f: ?, g: ?, h: ?}"),
        "Merged.md": bomb("tags", first="{x: y}", each="{<<: [?, ?, ?, ?, ?, ?, ?, ?, ?, ?]}"),
        "Pairs.md": bomb(
            "aliases", "tags", first="!!pairs [x: y]", each="!!pairs [a: ?, b: ?, c: ?, d: ?, e: ?, f: ?]"
        ),
        "Itself.md": "---\na: &a [*a, *a]\ntags: *a\naliases: *a\n---\n" + CARDS + "q::a\n",
        "Deep.md": "---\naliases: "
        + "[" * 99
        + "x"
        + "]" * 99
        + "\ntags: "
        + "[" * 90_000
        + "\n---\n"
        + CARDS
        + "q::a\n",
        "Numbers.md": f"---\nsr-due: {'9' * 9_000}\nsr-interval: 1e999\nsr-ease: -.5\ntags: [review, x]\n---\n"
        + CARDS,
        "Large.md": "---\n" + "".join(f"k{n}: {{a: b}}\n" for n in range(60_000)) + "---\n" + CARDS + "q::a\n",
        "Many tags.md": "---\ntags: ["
        + ", ".join(f"flashcards/t{n}" for n in range(9_000))
        + "]\n---\nq::a\n\nr::b\n",
    }


def decks() -> dict[str, str]:
    return {
        "Deep.md": "#flashcards" + "/a" * 5_000 + "\n\nq::a\n",
        "Long.md": "#flashcards/" + "a" * 2_000_000 + "\n\nq::a\n",
        "Many deep.md": "".join(f"#flashcards{'/a' * 900}/{n}\n\nq{n}::a\n\n" for n in range(300)),
        "Many.md": "".join(f"#flashcards/t{n}\n\nq{n}::a\n\n" for n in range(5_000)),
        "Wide.md": CARDS + " ".join(f"#flashcards/t{n}" for n in range(100_000)) + "\n\nq::a\n",
        "/".join(["a"] * 500) + "/Nested.md": CARDS + "q::a\n",
    }


def clozes() -> dict[str, str]:
    return {
        "Openings.md": CARDS + "==a" * 2_000_000 + "\n",
        "Numbers.md": CARDS + "==999999999;;a==\n\n" + "==" + "1" * 200_000 + ";;a==\n",
        "Braces.md": CARDS + ("{{a}}" * 200 + "\n\n") * 300,
        "Many.md": CARDS + "".join(f"=={n};;a== " for n in range(20_000)) + "\n",
        "Lines.md": CARDS + "==a\n" * 300_000,
    }


def texts() -> dict[str, str]:
    return {
        "Quotes.md": CARDS + "q\n?\n" + ">" * 20_000 + " x\n",
        "Lists.md": CARDS + "q\n?\n" + "- " * 20_000 + "x\n",
        "Deeper lists.md": CARDS + "q\n?\n" + "".join(" " * n + "- x\n" for n in range(800)),
        "Callouts.md": CARDS + "q\n?\n" + "".join(">" * n + " [!note] x\n" for n in range(1, 200)),
        "Braces.md": CARDS + "q::$" + "{" * 20_000 + "}" * 20_000 + "$\n",
        "Fractions.md": CARDS + "q\n?\n$$\n" + "\\frac{" * 5_000 + "x" + "}{y}" * 5_000 + "\n$$\n",
        "Roots.md": CARDS + "q\n?\n$$\n" + "\\sqrt{\\frac{a}{b}}+" * 50_000 + "\n$$\n",
        "Stars.md": CARDS + "q::" + "*a **b " * 30_000 + "\n",
        "Brackets.md": CARDS + "q::" + "[a](" * 30_000 + "![[" * 30_000 + "\n",
        "Ticks.md": CARDS + "q::" + " ".join("`" * n for n in range(1, 500)) + "\n",
        "Tags.md": CARDS + "q::" + "<a " * 30_000 + "<details>" * 10_000 + "\n",
        "Long.md": CARDS + "q::" + "word " * 1_000_000 + "\n",
        "Table.md": CARDS + "q\n?\n" + "|" * 3_000 + "\n" + "|-" * 3_000 + "|\n" + ("|x" * 3_000 + "|\n") * 20,
        "Itself.md": CARDS + "q::![[Itself]] ![[Itself]] ![[Itself]]\n",
        "Schedules.md": CARDS + "q::a\n<!--SR:" + "!2024-01-01,1,250" * 50_000 + "-->\n",
        "Block ids.md": CARDS + "".join(f"q{n}::a ^b{n}\n\n" for n in range(10_000)),
        "Metadata.md": CARDS + "q::a\n" + "> [!sr|card-metadata]\n" * 20_000,
    }


VAULTS: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "front matter": front_matter,
    "decks": decks,
    "clozes": clozes,
    "texts": texts,
    "patterns": lambda: {
        PLUGIN: json.dumps({"settings": {"clozePatterns": [f"=={n}answer==" for n in range(20_000)]}})
    },
    "a pattern": lambda: {PLUGIN: json.dumps({"settings": {"clozePatterns": ["==answer==" + "=" * 2_000_000]}})},
    "tags": lambda: {PLUGIN: json.dumps({"settings": {"flashcardTags": [f"#t{n}" for n in range(100_000)]}})},
    "folders": lambda: {PLUGIN: json.dumps({"settings": {"noteFoldersToIgnore": ["**/*a" * 200] * 900}})},
    "a deep file": lambda: {PLUGIN: '{"settings": ' + "[" * 1_000_000},
    "a key": lambda: {".studyapp/settings.toml": "[keys]\n" + ".".join("a" * 20_000) + ' = "x"\n'},
    "many keys": lambda: {".studyapp/settings.toml": "[keys]\n" + "".join(f'a{n} = "x"\n' for n in range(200_000))},
}
"""Made by the tests, as each worker imports them: some are large."""
SAYS = {
    "front matter": ["aliases expanded it has more than 500,000 characters", "is used inside its own value"],
    "decks": ["a card can be in at most 100 decks, and a deck's name can have at most 100 parts"],
    "clozes": ["this cloze question has no cards"],
    "patterns": ["at most 100 entries, and has 20,000"],
    "a pattern": ["no text longer than 1,000 characters"],
    "tags": ["at most 1,000 entries, and has 100,000"],
    "a deep file": ["JSON"],
    "a key": ["a key of more than 300 parts"],
    "many keys": ["has more than 200,000 characters"],
}


@pytest.mark.parametrize("name", VAULTS)
def test_every_command_and_screen_ends_in_time_and_the_good_note_is_there(tmp_path: Path, name: str) -> None:
    place = Place.begin(tmp_path)
    for path, text in VAULTS[name]().items():
        (place.root / path).parent.mkdir(parents=True, exist_ok=True)
        (place.root / path).write_text(text)
    done = {one.words[0]: one for one in place.survives()}
    assert "safe question" in place.run(["cards", "--vault", str(place.root), str(place.root / NOTE)]).out
    said = done["doctor"].out + done["doctor"].err
    assert [one for one in SAYS.get(name, []) if one not in said] == []
