from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Vault
from studyapp.study.review.waiting import Waiting
from tests.helpers.vaults import make_vault, open_vault

NOTE = "#flashcards\n\n" + "".join(
    f"q{n}::a{n}\n" + ("<!--SR:!2024-06-10,4,250-->\n" if n % 2 else "") + "\n" for n in range(8)
)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    root: Path = make_vault(tmp_path_factory.mktemp("vault"), {"M.md": NOTE, "N.md": NOTE})
    return open_vault(root)


@pytest.fixture(scope="module")
def cards(vault: Vault) -> list[CardRow]:
    return list(vault.rows())


def is_new(row: CardRow) -> bool:
    return row.schedule is None


class Plain:
    """The same with a list of cards."""

    def __init__(self, rows: list[CardRow]) -> None:
        self.rows = rows

    def place(self, path: str, number: int) -> int | None:
        places = [place for place, row in enumerate(self.rows) if row.path == path]
        return places[number % len(places)] if places else None


STEPS = st.tuples(
    st.sampled_from(["append", "appendleft", "first", "popleft", "remove", "revise", "of", "looked up", "read anew"]),
    st.integers(0, 15),
)


def revision(row: CardRow, alike: list[CardRow], gone: list[CardRow]) -> Callable[[CardRow], CardRow | None]:
    """Replaces the first of those alike, and removes those that are gone."""

    def revised(one: CardRow) -> CardRow | None:
        if one.path != row.path:
            return one
        return replace(row) if one == alike[0] else None if one in gone else one

    return revised


def step(vault: Vault, line: Waiting, plain: Plain, what: str, number: int, row: CardRow) -> None:
    place = plain.place(row.path, number)
    alike = [one for one in plain.rows if one.path == row.path]
    match what:
        case "append":
            line.append(row)
            plain.rows.append(row)
        case "appendleft":
            line.appendleft(row)
            plain.rows.insert(0, row)
        case "first":
            assert line.first() == (plain.rows[0] if plain.rows else None)
        case "popleft":
            assert line.popleft() == (plain.rows.pop(0) if plain.rows else None)
        case "remove" if place is not None:
            line.remove(line.of({row.path})[number % len(alike)])
            del plain.rows[place]
        case "revise":
            revised = revision(row, alike, alike[number % 3 :: 3])
            line.revise(revised, {row.path})
            plain.rows = [now for one in plain.rows if (now := revised(one)) is not None]
        case "of":
            assert line.of({row.path}) == alike
        case "looked up":
            line.looked_up()
        case "read anew":
            vault.forget(row.path)
            vault.refresh(row.path)


@given(st.booleans(), st.lists(STEPS, max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cards_wait_in_their_order_and_the_new_ones_are_counted_whatever_happens(
    vault: Vault, cards: list[CardRow], numbered: bool, steps: list[tuple[str, int]]
) -> None:
    plain = Plain(cards[3:12])
    numbers = [-number if row.is_new else number for number, row in vault.numbered()][3:12]
    line = Waiting(vault.line(numbers) if numbered else list(plain.rows), is_new)
    for what, number in steps:
        step(vault, line, plain, what, number, replace(cards[number]))
        assert list(line) == plain.rows
        assert len(line) == len(plain.rows)
        assert line.new == sum(map(is_new, plain.rows))


def test_the_very_card_is_taken_out_and_not_one_like_it(cards: list[CardRow]) -> None:
    twin = replace(cards[0])
    line = Waiting([cards[0], cards[1], twin], is_new)
    line.remove(twin)
    assert [row is cards[0] for row in line] == [True, False]


def test_only_cards_that_something_is_done_to_are_looked_up(vault: Vault) -> None:
    line = Waiting(vault.line(number for number, _ in vault.numbered()), is_new)
    assert line.looked_up() == []
    assert {row.path for row in line.of({"N.md"})} == {"N.md"}
    assert {row.path for row in line.looked_up()} == {"N.md"}
