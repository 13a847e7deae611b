from __future__ import annotations

import pytest

from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import apply
from studyapp.study.doctor.findings import Finding
from tests.helpers.rows import each_row
from tests.study.doctor.subjects import HEAD, LATER, ONE, TWO, codes, findings, subject

FSRS = "fsrs,2024-06-20T09:30:00.000Z,5,5.12345678,4.5,2,3,0,0,2024-06-15T09:30:00.000Z"


@each_row(
    "body",
    [
        f"a::b\n{ONE}\n",
        f"a::b {ONE}\n",
        f"a::b ^id {ONE}\n",
        f"a::b {ONE} ^id\n",
        f"a:::b\n{TWO}\n",
        f"q\n?\na\n{ONE}\n\nq2\n??\na\n{TWO}",
        f"> q\n> q\n?\n> a\n{ONE}\n",
        f"| a | ==b== | {ONE}\n",
        f"# ==b==\n{ONE}\n",
        "a::b\n<!--SR:2024-01-04,3,250-->\n",
        f"a::b\n<!--SR:!{FSRS}-->\n",
        f"a:::b\n<!--SR:!{FSRS}!2024-01-04,3,250-->\n",
        "a::b\n<!--SR:!2000-01-01,1,250-->\n",
        f"a::b\n> [!sr|card-metadata]\n> {ONE}\n",
        f"q\n?\n```python\nx = 1\n\ny = '::'\n```\n{ONE}\n",
        f"Write `{ONE}` below a card.\n\n```\n{ONE}\n```\n",
        f"\n<!-- a remark -->\n\na::b\n{ONE}\n",
        "a::b\r\n" + ONE + "\r\n",
    ],
)
def test_a_note_in_good_order_gives_no_finding(body: str) -> None:
    assert codes(body) == []


@each_row(
    "comment, said",
    [
        ("<!--SR:!2024-99-99,3,250-->", "'2024-99-99' where a date should be"),
        ("<!--SR:!soon,3,250-->", "'soon' where a date should be"),
        ("<!--SR:!2024-01-01,x,250-->", "'x' where a number should be"),
        ("<!--SR:!2024-01-01,3-->", "2 values instead of 3"),
        ("<!--SR:!2024-01-01,3,250;-->", "'250;' where a number should be"),
        ("<!--SR:!fsrs,never-->", "2 values instead of 10"),
        ("<!--SR:-->", "holds no schedule"),
        ("<!--SR:!-->", "holds no schedule"),
        ("<!--SR:!2024-01-04,3,250", "has no end"),
        ("<!-- SR:!2024-01-04,3,250-->", "begins with `<!-- SR:`"),
        ("<!--sr:!2024-01-04,3,250-->", "begins with `<!--sr:`"),
        ("<!—SR:!2024-01-04,3,250—>", "begins with `<!—SR:`"),
        ("<--SR:!2024-01-04,3,250-->", "begins with `<--SR:`"),
    ],
)
def test_a_schedule_that_cannot_be_understood_is_reported_with_what_is_wrong(comment: str, said: str) -> None:
    found = [one for one in findings(subject(f"a::b\n{comment}\n")) if one.code == "malformed-schedule"]
    assert [one.line for one in found] == [4]
    assert said in found[0].reason
    assert found[0].remedy
    assert found[0].fix is None


@pytest.mark.parametrize(
    "text",
    ["<!-- sr: a remark of mine -->", "`<!--SR:!soon,3,250-->`", "```\n<!--SR:!soon-->\n```", "SR: 2024-01-04,3"],
)
def test_what_only_looks_like_a_schedule_comment_is_none(text: str) -> None:
    assert codes(f"a::b\n\n{text}\n") == []


@pytest.mark.parametrize(
    ("comment", "mended"),
    [
        ("<!--SR:!2024-01-04,3,250<!--SR:!2024-02-11,10,270-->", LATER),
        ("<!--SR:!2024-02-11,10,270<!--SR:!2024-01-04,3,250-->", LATER),
        ("<!--SR:!2024-01-04,3,250<!--SR:!2024-01-05,4,250-->", None),  # both given on the same day
        ("<!--SR:!2024-01-04,3,2502024-02-11,10,270-->", None),
        ("<!--SR:!2024-01-04,3,250-->!2024-02-11,10,270-->", None),
        ("<!--SR:!2024-01-04,3,<!--SR:!2024-02-11,10,270-->", None),
    ],
)
def test_two_comments_spliced_into_one_are_found_and_mended_only_where_both_are_whole(
    comment: str, mended: str | None
) -> None:
    (found,) = (one for one in findings(subject(f"a::b\n{comment}\n")) if one.code == "spliced-schedule")
    assert found.line == 4
    assert "sync" in found.reason
    assert _after(f"a::b\n{comment}\n", found) == (None if mended is None else f"a::b\n{mended}\n")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"a::b\n{TWO}\n", ["surplus-schedules:4"]),
        (f"a:::b\n{ONE}\n", ["missing-schedules:4"]),
        (f"q\n??\na\n{ONE}\n", ["missing-schedules:6"]),
        (f"==a== ==b== ==c==\n{TWO}\n", ["missing-schedules:4"]),
        ("a:::b\n", []),
    ],
)
def test_more_and_fewer_schedules_than_cards_are_reported(body: str, expected: list[str]) -> None:
    assert codes(body) == expected


def test_one_schedule_under_a_reversed_question_is_said_to_be_another_vaults_plain_separator() -> None:
    (found,) = findings(subject(f"q\n??\na\n{ONE}\n"))
    assert "has `??` as the plain one" in found.reason


@each_row(
    "body, mended",
    [
        (f"a::b\n{ONE}\n{ONE}\n\nc::d\n", f"a::b\n{ONE}\n\nc::d\n"),
        (f"a::b\n{ONE}\n{LATER}\n", f"a::b\n{LATER}\n"),
        (f"a::b\n{LATER}\n{ONE}\n", f"a::b\n{LATER}\n"),
        (f"a::b {ONE}\n{LATER}\n", f"a::b\n{LATER}\n"),
        (f"a::b {ONE} {LATER}\n", f"a::b {LATER}\n"),
        (f"a::b\r\n{ONE}\r\n{ONE}\r\n", f"a::b\r\n{ONE}\r\n"),
        (f"q\n?\na\n{ONE}\n{LATER}\n", f"q\n?\na\n{LATER}\n"),
        (f"a::b\n{ONE}\n{ONE}", f"a::b\n{ONE}"),
        (
            "a:::b\n<!--SR:!2024-01-04,3,250!2024-03-11,10,270-->\n<!--SR:!2024-02-11,10,270!2024-01-05,4,250-->\n",
            "a:::b\n<!--SR:!2024-02-11,10,270!2024-03-11,10,270-->\n",
        ),
        (f"a::b\n{ONE}\n<!--SR:!2024-01-05,4,250-->\n", None),  # given on the same day
        (f"a::b\n{ONE}\n{TWO}\n", None),
        (f"a::b\n{ONE}\n<!--SR:!2000-01-01,1,250-->\n", f"a::b\n{ONE}\n"),
        (f"a::b\n{ONE}\n<!--SR:!{FSRS}-->\n", f"a::b\n<!--SR:!{FSRS}-->\n"),
    ],
)
def test_of_two_comments_of_a_card_the_later_review_is_kept_where_that_is_certain(
    body: str, mended: str | None
) -> None:
    (found,) = (one for one in findings(subject(body)) if one.code == "doubled-schedule")
    assert _after(body, found) == mended


def test_of_three_equal_comments_each_further_one_is_offered_to_be_removed() -> None:
    found = findings(subject(f"a::b\n{ONE}\n{ONE}\n{ONE}\n"))
    assert [(one.code, one.line, one.fix is not None) for one in found] == [
        ("doubled-schedule", 5, True),
        ("doubled-schedule", 6, True),
    ]


def test_a_note_with_merge_conflicts_is_never_offered_a_fix() -> None:
    body = f"<<<<<<< HEAD\na::b\n{ONE}\n{ONE}\n\n=======\n>>>>>>> theirs\n"
    found = findings(subject(body))
    assert "doubled-schedule" in [one.code for one in found]
    assert not any(one.fix for one in found)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (f"q {ONE} more\n?\na\n", 3),
        (f"q\n?\n{ONE}\na\n", 5),
        (f"a==b==\n{ONE}$$C\n", 4),
        (f"front {ONE}::back\n", 3),
    ],
)
def test_a_comment_in_the_middle_of_its_card_is_misplaced(body: str, line: int) -> None:
    assert codes(body) == [f"misplaced-schedule:{line}"]


def test_a_comment_behind_a_closing_fence_is_misplaced_because_the_plugin_reads_the_fence_only() -> None:
    (found,) = findings(subject(f"q\n?\n```\ncode\n``` {ONE}\n"))
    assert (found.code, found.line) == ("misplaced-schedule", 7)
    assert "fence only" in found.reason


def test_settings_decide_what_is_a_card_here_too() -> None:
    assert codes(f"a;;b\n{ONE}\n", Settings(single_line_card_separator=";;")) == []


def _after(body: str, found: Finding) -> str | None:
    if found.fix is None:
        return None
    raw = (HEAD + body).encode()
    return apply(raw, found.fix.edits).decode().removeprefix(HEAD)


@each_row(
    "text, said",
    [
        (f"a::b\n{TWO}\n", "there is 1 more schedule than cards (2 for 1)"),
        (f"a::b\n{TWO.replace('-->', '!2024-01-05,4,250-->')}\n", "there are 2 more schedules than cards (3 for 1)"),
        (f"a:::b\n{ONE}\n", "only 1 of these 2 cards has a schedule, so the last one counts as new"),
        (f"==a== ==b== ==c==\n{TWO}\n", "only 2 of these 3 cards have a schedule, so the last one counts as new"),
        (f"==a== ==b== ==c==\n{ONE}\n", "only 1 of these 3 cards has a schedule, so the others count as new"),
    ],
)
def test_how_many_schedules_there_are_is_worded_for_one_and_for_several(text: str, said: str) -> None:
    (found,) = findings(subject(text))
    assert found.reason == said
