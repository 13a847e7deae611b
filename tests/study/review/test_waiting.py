from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.core.vault.sheet import CardRow
from studyapp.study.review.waiting import Waiting
from tests.helpers.vaults import make_vault, open_vault

NOTE = "#flashcards\n\n" + "".join(
    f"q{n}::a{n}\n" + ("<!--SR:!2024-06-10,4,250-->\n" if n % 2 else "") + "\n" for n in range(8)
)


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> list[CardRow]:
    root: Path = make_vault(tmp_path_factory.mktemp("vault"), {"N.md": NOTE})
    return list(open_vault(root).rows())


def is_new(row: CardRow) -> bool:
    return row.schedule is None


STEPS = st.tuples(
    st.sampled_from(["append", "appendleft", "popleft", "remove", "replace", "only"]), st.integers(0, 7)
)


@given(st.lists(STEPS, max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_new_ones_are_counted_whatever_happens(cards: list[CardRow], steps: list[tuple[str, int]]) -> None:
    line = Waiting(cards[:5], is_new)
    for step, number in steps:
        row = cards[number]._replace()
        match step:
            case "append" | "appendleft":
                getattr(line, step)(row)
            case "popleft" if line:
                line.popleft()
            case "remove" if line:
                line.remove(line[number % len(line)])
            case "replace" if line:
                line.replace(number % len(line), row)
            case "only":
                line.only(lambda other, number=number: other.question.number != number)  # type: ignore[misc]  # bound now
        assert line.new == sum(map(is_new, line))


def test_the_very_card_is_taken_out_and_not_one_like_it(cards: list[CardRow]) -> None:
    twin = cards[0]._replace()
    line = Waiting([cards[0], cards[1], twin], is_new)
    line.remove(twin)
    assert [row is cards[0] for row in line] == [True, False]
