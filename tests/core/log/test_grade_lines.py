"""What is read in a single step means what the line means; `read_line` reads all other lines."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.device import sealed
from studyapp.core.log import fold
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.grade_lines import GradeLine, OutcomeLine, read_grade_line
from studyapp.core.log.ledger import Ledger
from studyapp.core.log.ledger_rows import Row
from studyapp.core.log.lines import ERRORS, line_of, read_line
from studyapp.core.log.state import FollowUp, Step
from tests.core.log.test_lines import ACTIONS, CHANGES, FOLLOW_UPS, MOVES, TEXTS
from tests.helpers.rows import each_row
from tests.helpers.strategies import examples
from tests.helpers.whole_notes import SECRET

GRADES = ACTIONS.map(
    lambda action: line_of(Action(**{**_fields(action), "kind": ActionKind.GRADE, "marks": (), "what": None}))
)
OUTCOMES = st.builds(FollowUp, TEXTS, st.just(Step.WRITTEN), change=CHANGES).map(line_of)
LINES = st.one_of(GRADES, GRADES, OUTCOMES, (ACTIONS | MOVES | FOLLOW_UPS).map(line_of))

VALUES = st.one_of(
    st.sampled_from([None, True, False, 0, -1, 1.0, -0.0, 10**400, 2**63, 2**64, 1e308, float("nan"), float("inf")]),
    st.sampled_from(
        ["", "\ud800", "\udcff", "\U0001f600", "7", "nan", "good", "again", "2031-05-06,17,230", "a:b:01:٣"]
    ),
    st.sampled_from(["2026-01-01T00:00:00", "2026-01-01 00:00+01", "20260101T000000Z", "9999-12-31T23:59:59-23:59"]),
    st.sampled_from(
        [[], {}, [[]], [None] * 6, [["a", "b"]], [[0, "", ""]], [[-1, "a", "b"]], ["a", "b"], [0, "", ""]]
    ),
    st.sampled_from(
        [["", "cloze", True, 1, None, []], ["", "cloze", 1, 10**30, None, ["a"]], ["", "x", 1, 1, None, []]]
    ),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2), max_leaves=9),
)
BYTES = st.sampled_from(
    [b"\0", b"\t", b"\x1f", b"\x7f", b"\xff", b"\xed\xa0\x80", b"\xc3\xa9", b"\\", b'"', b"}", b",", b" "]
)
WHOLE = st.sampled_from([b"\xef\xbb\xbf%s", b" %s ", b"%s,", b"%s}", b"[%s]", b"%s\0", b'%s{"v":1}'])


def _fields(action: Action) -> dict[str, Any]:
    return {name: getattr(action, name) for name in Action.__struct_fields__}


@st.composite
def odd_lines(draw: st.DrawFn) -> bytes:
    """A line as this program writes it, to which something was done."""
    text = draw(LINES)
    names = [*json.loads(text), "seal", "of", "what", "other"]
    name, value = draw(st.sampled_from(names)), json.dumps(draw(VALUES)).encode()
    match draw(st.integers(0, 6)):
        case 0:
            return text
        case 1:
            return sealed(text, SECRET)
        case 2:
            return json.dumps(json.loads(text) | {name: json.loads(value)}, separators=(",", ":")).encode()
        case 3:
            return text[:-1] + b',"%s":%s}' % (name.encode(), value)  # it may be there twice
        case 4:
            left = {key: one for key, one in json.loads(text).items() if key != name}
            return json.dumps(left, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
        case 5:
            place = draw(st.integers(0, len(text)))
            return text[:place] + draw(BYTES) + text[place + draw(st.integers(0, 2)) :]
        case _:
            return draw(WHOLE) % text


def means_the_same(text: bytes) -> bool:
    """Whether a line is read in a single step; then it means what it says."""
    line = read_grade_line(text)
    if line is None:
        return False
    said = read_line(text, lambda _: True)
    if isinstance(line, GradeLine):
        assert isinstance(said, Action)
        assert repr(Row.begun(1, 2, line, ours=True)) == repr(Row.begun(1, 2, said, ours=True))
    else:
        assert isinstance(line, OutcomeLine)
        assert isinstance(said, FollowUp)
        assert said == FollowUp(line.of, Step.WRITTEN, change=said.change)
        assert line.has_change == (said.change is not None)
    return True


@examples(1000)
@given(odd_lines())
def test_no_line_means_something_else_when_it_is_read_in_a_single_step(text: bytes) -> None:
    means_the_same(text)


@each_row(
    "odd",
    [
        {"v": 0},
        {"v": 2},
        {"id": 5},
        {"at": "2026-01-01T00:00:00"},
        {"card": "n.md"},
        {"grade": "perfect"},
        {"seconds": 1e9},
        {"seconds": "7"},
        {"before": 5},
        {"seen": ["", "cloze", 1, 1, None, [5]]},
        {"edits": [[-1, "a", "b"]]},
        {"edits": [[1.0, "a", "b"]]},
        {"edits": None},
        {"replaced": 5},
        {"marks": [["n.md:a:1:1", "flag", "1"]]},
        {"what": "a text"},
        {"of": "another one"},
        {"kind": "reset"},
    ],
)
def test_what_is_not_as_this_program_writes_it_is_left_to_the_reader_of_all_lines(odd: dict[str, object]) -> None:
    grade: dict[str, object] = {
        "v": 1,
        "kind": "grade",
        "id": "1",
        "at": "2026-01-01T00:00:00+00:00",
        "card": "n.md:abc:1:1",
        "grade": "good",
        "seconds": 1.5,
        "before": None,
        "after": "2031-05-06,17,230",
        "seen": ["", "cloze", 1, 1, None, []],
        "digests": ["", ""],
        "edits": [[1, "a", "b"]],
        "had_comment": True,
        "replaced": None,
    }
    assert read_grade_line(_text(grade)) is not None
    assert read_grade_line(_text(grade | odd)) is None
    assert read_grade_line(_text(grade)[:-1] + b"," + _text(odd)[1:]) is None  # it is there twice
    for name in ("id", "before", "edits", "had_comment", "replaced"):
        assert read_grade_line(_text({key: value for key, value in grade.items() if key != name})) is None


def _text(line: dict[str, object]) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode()


@given(GRADES | OUTCOMES, st.booleans())
def test_what_this_program_writes_is_read_in_a_single_step(text: bytes, seals: bool) -> None:
    plain = "\\ud" not in text.decode("ascii")  # half of a pair, for a byte that is not text
    assert means_the_same(sealed(text, SECRET) if seals else text) >= plain


@examples(100)
@given(st.lists(odd_lines(), max_size=8), st.data())
def test_a_ledger_holds_the_same_however_its_lines_were_read(lines: list[bytes], data: st.DataObject) -> None:
    spoken = [data.draw(FOLLOW_UPS) for _ in lines]
    names = [name for line in lines if isinstance(name := _name(line), str)]
    lines += [
        line_of(FollowUp(name, one.step, one.at, one.why, one.change))
        for name, one in zip(names, spoken, strict=False)
    ]
    text = b"\n".join(line.replace(b"\n", b" ") for line in lines) + b"\n"
    with pytest.MonkeyPatch.context() as patch:
        found = _rows(text)
        patch.setattr(fold, "_BATCH", data.draw(st.integers(1, 3)))
        assert found == _rows(text)
        patch.setattr(fold, "read_grade_line", lambda _: None)
        assert found == _rows(text)


def _name(line: bytes) -> object:
    try:
        return json.loads(line)["id"]
    except ERRORS:
        return None


def _rows(text: bytes) -> list[str]:
    """All that a ledger keeps of a log."""
    with TemporaryDirectory() as folder:
        log, cache = Path(folder) / "log.jsonl", Path(folder) / "cache.sqlite"
        log.write_bytes(text)
        ledger = Ledger(log, cache, SECRET)
        ledger.update()
        problems = [f"{problem.line}: {problem.message}" for problem in ledger.problems]
        state = repr(ledger.own_state)
        ledger.close()
        with closing(sqlite3.connect(cache)) as connection, connection:
            return [*map(repr, connection.execute("SELECT * FROM action ORDER BY id")), *problems, state]
