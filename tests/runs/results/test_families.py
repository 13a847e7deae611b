"""The families of methods, and their short titles."""

from __future__ import annotations

import pytest

from demos.catalog import Catalog
from studyapp.runs.results.families import families, short_title
from tests.helpers.methods import METHODS, NAMES


def test_each_demo_is_in_one_family_and_own_ones_come_last(counting: Catalog) -> None:
    found = [*families((*counting.demos, *METHODS.demos))]
    assert [family.name for family in found] == ["Say it", "Steer it", "Change it", "Read it", "Your own"]
    listed = [card.name for family in found for card in family.cards]
    assert sorted(listed) == sorted([*NAMES, "count"])


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Prefix Tuning", "Prefix"),
        ("Feature-based finetuning", "Feature-based"),
        ("Finetuning I", "Finetuning I"),
        ("Tuning", "Tuning"),
        ("", ""),
        ("In-context learning", "In-context"),
    ],
)
def test_a_short_title_leaves_out_what_all_are(title: str, short: str) -> None:
    assert short_title(title) == short
