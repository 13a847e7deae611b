"""Hypothesis strategies: notes as people and programs write them, and bytes that nobody should write."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import settings as options
from hypothesis import strategies as st

from studyapp.core.settings.model import Settings
from tests.helpers.settings import from_plugin

FULL = 180
"""Examples of a property in the full profile, unless it asks for another number."""


def examples(count: int) -> options:
    """The number of examples, in the full profile, of a slow property; the quick profile takes its share.

    Ten is the least: fewer would be only the simplest ones.
    """
    return options(max_examples=max(min(count, 10), count * options().max_examples // FULL))


SM2_ENTRIES = st.builds(
    "{:%Y-%m-%d},{},{}".format,
    st.dates(min_value=date(2001, 1, 1), max_value=date(2036, 1, 1)),
    st.integers(0, 900),
    st.integers(130, 750),
)
FSRS_ENTRIES = st.sampled_from(
    [
        "fsrs,2024-06-20T09:30:00.000Z,5,5.12345678,4.5,2,3,0,0,2024-06-15T09:30:00.000Z",
        "fsrs,2024-06-15T09:40:00.000Z,0,0.212,6.4133,1,1,0,1,2024-06-15T09:30:00.000Z",
        "fsrs,2024-06-15T09:30:00.000Z,0,0,0,0,0,0,0,-",
    ]
)
NEW_ENTRY = st.just("2000-01-01,1,250")
MALFORMED_ENTRIES = st.sampled_from(["2024-99-99,3,250", "soon,3,250", "2024-01-01,x,250", "fsrs,never", "!", "2.5"])
ENTRIES = st.one_of(SM2_ENTRIES, SM2_ENTRIES, FSRS_ENTRIES, NEW_ENTRY)
COMMENTS = st.lists(st.one_of(ENTRIES, ENTRIES, ENTRIES, MALFORMED_ENTRIES), min_size=1, max_size=3).map(
    lambda entries: "<!--SR:" + "".join(f"!{entry}" for entry in entries) + "-->"
)
SOUND_COMMENTS = st.lists(ENTRIES, min_size=1, max_size=3).map(
    lambda entries: "<!--SR:" + "".join(f"!{entry}" for entry in entries) + "-->"
)

WORDS = st.sampled_from(
    [
        "attention",
        "W_q",
        "Schlüssel",
        "一つ",
        "🙂",
        "`code`",
        "$x^2$",
        "**bold**",
        "[[Note|alias]]",
        "![[figure.png]]",
        "e\u0301",
        "a\u2028b",
        "\udcff\udcfe",
        "tab\there",
        "- item",
        "> said",
        "| cell |",
        "\\*",
        "100 %",
        "$$",
        "\u00a0nbsp",
        "[^1]",
        "<b>html</b>",
        "#tag",
    ]
)
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
TAILS = st.sampled_from(["", "", "", "", " ", "  ", "\t"])
BLOCK_IDS = st.sampled_from(["", "", "", "", " ^id-1", " ^abc"])
START_TAGS = st.sampled_from(["", "", "", "#flashcards/peft ", "#todo ", "#flashcards//a/ "])


def _placed(comment: str, place: str) -> str:
    if not comment:
        return ""
    return {
        "line": f" {comment}",
        "next": f"\n{comment}",
        "callout": f"\n> [!sr|card-metadata] \n>  {comment}",
    }[place]


PLACES = st.sampled_from(["line", "next", "next", "next", "callout"])


@st.composite
def questions(draw: Any, comments: st.SearchStrategy[str] = SOUND_COMMENTS) -> str:
    """A question of any type, with or without a schedule comment, as lines joined by `\\n`."""
    front, back = draw(PHRASES), draw(PHRASES)
    more = draw(st.lists(PHRASES, max_size=2))
    tail = draw(TAILS)
    body = {
        "single": f"{front}::{back}",
        "reversed": f"{front} ::: {back}",
        "multi": "\n".join([front + tail, "?", back, *more]),
        "multi_reversed": "\n".join([front, *more, "??" + tail, back]),
        "cloze": f"{front} =={back}== and {tail}\n" + "\n".join([*more, "==2;;x== ==1;;y;;hint=="][: len(more)]),
        "clozes": f"==a== {front}\n==b;;hint== end",
        "code": f"{front}\n?\n```python\nx = 1::2\n\n==y==\n```",
        "tilde": f"{front}\n??\n~~~\ncode\n~~~",
        "quote": f"> {front}\n> {back}\n?\n> answer",
    }[
        draw(
            st.sampled_from(
                ["single", "reversed", "multi", "multi_reversed", "cloze", "clozes", "code", "tilde", "quote"]
            )
        )
    ]
    comment = draw(st.one_of(st.just(""), comments))
    block_id = "" if body.endswith(("```", "~~~")) else draw(BLOCK_IDS)
    start = draw(START_TAGS) if not body.startswith((">", "-")) else ""
    place = draw(PLACES)
    if place == "line" and body.endswith(("```", "~~~")):
        place = "next"
    if place == "next":
        return start + body + block_id + _placed(comment, place)
    return start + body + _placed(comment, place) + (block_id if comment else "")


OTHERS = st.one_of(
    PHRASES,
    st.sampled_from(
        [
            "# Heading",
            "## Deeper [^1]",
            "#flashcards/deck",
            "<!-- a remark -->\nskipped",
            "text\n<!-- inside -->\nskipped too",
            "```\ncode::in fence\n\n?\n```",
            "| a | b |\n| - | - |\n| 1 | 2 |",
            "- item\n  - below",
            "%% hidden %%",
            "---",
            "<!--SR:!2024-01-01,3,250-->",
            "text <!--SR:!2024-01-01,3,250--> text",
        ]
    ),
)
"""What is between questions; the last two are comments without a question."""


@st.composite
def notes(draw: Any, comments: st.SearchStrategy[str] = SOUND_COMMENTS) -> bytes:
    """A note with questions of all types: line ends, BOM, bytes that are not UTF-8, copies, fences left open."""
    blocks = draw(st.lists(st.one_of(questions(comments), questions(comments), OTHERS), min_size=1, max_size=6))
    if draw(st.booleans()):
        blocks.append(draw(st.sampled_from(blocks)))
    if draw(st.integers(0, 5)) == 0:
        blocks.append("```\nleft open::x")
    head = draw(st.sampled_from(["#flashcards\n\n", "---\ntags: [flashcards]\n---\n", "\ufeff#flashcards/all\n\n"]))
    gap = draw(st.sampled_from(["\n\n", "\n\n", "\n \n", "\n\n\n"]))
    text = head + gap.join(blocks) + draw(st.sampled_from(["", "\n", "\n\n", " "]))
    newline = draw(st.sampled_from(["\n", "\n", "\n", "\r\n", "\r\n", "\r"]))
    mixed = draw(st.integers(0, 7)) == 0
    text = text.replace("\n\n", "\r\n\n") if mixed else text.replace("\n", newline)
    return bytes(text.encode("utf-8", "surrogateescape"))


_NASTY_LINES = st.sampled_from(
    [
        *["Front", "back", "a::b", "c:::d", "x ==y== z", "==1;;p== ==2;;q==", "?", "??", "? ", " ?", "> ?", "- item"],
        *[
            "```",
            "~~~",
            "```py",
            "~~~ x",
            "",
            "",
            "text ^id",
            "^id",
            "a::b ^id",
            "> said",
            "# head",
            "$$",
            "---",
            "  ",
        ],
        *["#flashcards/x start", "<!-- remark -->", "`a::b`", "w\u00a0 ", "| cell |", "+++", "ends in a tab\t"],
        *["<!--SR:!2024-01-01,3,250-->", "a::b <!--SR:!2024-01-01,3,250-->", "? <!--SR:!2024-01-01,3,250-->"],
        *[
            "> [!sr|card-metadata]",
            ">  <!--SR:!2024-01-01,3,250!2024-01-02,4,250-->",
            "<!--SR:!2024-01-01",
            "<!--SR:-->",
        ],
        "a word <!--SR:!2024-01-01,3,250--> and more",
    ]
)


@st.composite
def nasty_notes(draw: Any) -> bytes:
    """A note of lines in any order: separators with nothing around them, comments everywhere, unclosed fences."""
    lines = draw(st.lists(_NASTY_LINES, min_size=1, max_size=10))
    start = draw(st.sampled_from(["", "", "\ufeff"]))
    text = "\n".join([f"{start}#flashcards", "", *lines]) + draw(st.sampled_from(["", "\n"]))
    return bytes(text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))).encode())


PLACINGS = st.builds(
    Settings,
    card_comment_on_same_line=st.booleans(),
    use_callouts_for_scheduling_comments=st.sampled_from([False, False, True]),
    multiline_card_end_marker=st.sampled_from(["", "", "+++"]),
    single_line_card_separator=st.sampled_from(["::", "::", "::", "->"]),
)
"""Settings for every place of a comment; `->` is in every comment too, and makes a card of its line."""

PLUGIN_SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"cardCommentOnSameLine": True},
    {"useCalloutsForSchedulingComments": True},
    {"algorithm": "FSRS"},
    {"multilineCardSeparator": "??", "multilineReversedCardSeparator": "???"},
    {"clozePatterns": ["==[123;;]answer[;;hint]==", "**[123;;]answer[;;hint]**"]},
)
SETTINGS = st.sampled_from([from_plugin(values) for values in PLUGIN_SETTINGS])

_TEXTS = st.one_of(
    st.sampled_from(
        ["", ":", "::", ":::", "?", "??", " ", "->", "-->", "→", "\n", "#", "!", "`", "<!--SR:", "a", "\0"]
    ),
    st.text(max_size=4),
)
_PATTERNS = st.one_of(
    st.sampled_from(
        ["==[123;;]answer[;;hint]==", "answer", "[123;;]answer", "answer[;;hint]", "((answer))", "$answer$"]
    ),
    st.text(alphabet="=[]123;answerhint\\*{}()^$.\n", max_size=30),
)
ODD_SETTINGS = st.builds(
    Settings,
    flashcard_tags=st.lists(st.sampled_from(["#flashcards", "", "#", "flashcards", "#a/b"])).map(tuple),
    note_folders_to_ignore=st.lists(st.text(alphabet="*?[]{}!^-/\\,ab", max_size=8), max_size=2).map(tuple),
    convert_folders_to_decks=st.booleans(),
    cloze_patterns=st.lists(_PATTERNS, max_size=3).map(tuple),
    single_line_card_separator=_TEXTS,
    single_line_reversed_card_separator=_TEXTS,
    multiline_card_separator=_TEXTS,
    multiline_reversed_card_separator=_TEXTS,
    multiline_card_end_marker=_TEXTS,
    card_comment_on_same_line=st.booleans(),
    use_callouts_for_scheduling_comments=st.booleans(),
)

_PIECES = st.sampled_from(
    [
        *b":: ::: ? ?? == ==1;; ;; # --> <!-- ! ``` ~~~ ` $ $$ %% [[ ]] &a *a [ { {{ }} | - 1 tags: <!--SR:".split(),
        *[b"\n", b"\r\n", b"\r", b"\n\n", b" ", b"\t", b"\0", b"\x1c", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf"],
        *[
            b"\xe2\x80\xa8",
            b"\xc2\x85",
            b"\xc2\xa0",
            b"#flashcards ",
            b"> ",
            b"> [!sr|card-metadata]",
            b" ^id",
            b"---\n",
        ],
        *[b"<!--SR:!2024-01-01,3,250-->", b"!2024-01-01,99999999999999999999,250", b"<<<<<<< HEAD\n", b">>>>>>> x\n"],
    ]
)
ANY_BYTES = st.one_of(
    st.binary(max_size=60),
    st.lists(_PIECES, max_size=25).map(b"".join),
    st.lists(_PIECES, max_size=25).map(lambda pieces: b"#flashcards\n\n" + b"".join(pieces)),
    st.lists(_PIECES, max_size=12).map(lambda pieces: b"---\n" + b"".join(pieces) + b"\n---\n#flashcards a::b\n"),
)
