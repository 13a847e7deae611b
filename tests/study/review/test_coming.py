"""What a vault asks for next, from its cards and from what a review would show."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from studyapp.core.schedule.entries import Grade
from studyapp.study.review.coming import Coming, coming_after
from studyapp.study.review.today import begin, begin_with
from tests.helpers.vaults import NOW, make_vault, workspace

FSRS = "fsrs,{due},0,12.5,5.1,1,4,1,0,2024-06-01T00:00:00.000Z"


def found_in(tmp_path: Path, text: str, plugin: dict[str, object] | None = None) -> Coming:
    opened = workspace(make_vault(tmp_path / "v", {"n.md": f"#flashcards\n\n{text}"}, plugin), tmp_path / "h")
    return coming_after(opened, begin_with(opened, []))


def card(name: str, entry: str) -> str:
    return f"{name}::x\n<!--SR:!{entry}-->\n\n"


def test_cards_are_due_now_later_today_or_in_days(tmp_path: Path) -> None:
    soon = (NOW + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    texts = [card("a", "2024-06-01,4,250"), card("b", "2024-06-15,4,250"), card("c", FSRS.format(due=soon))]
    texts += [card("d", "2024-06-23,4,250"), card("e", "2024-06-23,4,250"), "new::x\n"]
    assert found_in(tmp_path, "".join(texts), {"algorithm": "FSRS"}) == Coming(2, Counter({0: 1, 8: 2}))


def test_what_no_review_would_show_is_not_due(tmp_path: Path) -> None:
    text = card("a", "2024-06-01,4,250") + card("b", "2024-06-23,4,250")
    opened = workspace(make_vault(tmp_path / "v", {"n.md": f"#flashcards\n\n{text}"}), tmp_path / "h")
    session = begin(opened)
    opened.store.save(session.suspend())
    assert coming_after(opened, session) == Coming(0, Counter({8: 1}))


def test_a_card_that_was_graded_a_moment_ago_is_not_due_though_its_note_says_so(tmp_path: Path) -> None:
    text = card("a", "2024-06-01,4,250") + card("b", "2024-06-01,4,250")
    opened = workspace(make_vault(tmp_path / "v", {"n.md": f"#flashcards\n\n{text}"}), tmp_path / "h")
    session = begin(opened)
    session.grade(Grade.EASY)
    assert coming_after(opened, session).now == 1
