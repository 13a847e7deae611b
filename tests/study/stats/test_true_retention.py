"""Whether recall is as intended."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from studyapp.charts.cells import plain
from studyapp.charts.sections import sections
from studyapp.core.settings.model import Algorithm, Settings
from studyapp.study.stats.past import Share
from studyapp.study.stats.true_retention import Meant, Verdict, by_preset
from studyapp.wording.settings import health_text
from tests.study.stats.test_statistics import AGAIN, GOOD, found_for, review, row

PRESETS = MappingProxyType(
    {
        "fr": MappingProxyType({"algorithm": Algorithm.FSRS, "fsrs_desired_retention": 0.8}),
        "idle": MappingProxyType({}),
    }
)
OWN = Settings(presets=PRESETS, deck_presets=MappingProxyType({"a/fr": "fr", "x": "idle"}))
FSRS = Settings(algorithm=Algorithm.FSRS)


@pytest.mark.parametrize(
    ("right", "total", "verdict"),
    [(80, 90, Verdict.FEW), (455, 500, Verdict.AS_MEANT), (430, 500, Verdict.LESS), (490, 500, Verdict.MORE)],
)
def test_only_what_is_more_than_chance_counts(right: int, total: int, verdict: Verdict) -> None:
    assert Meant(None, 0.9, Share(right, total)).verdict is verdict


def test_it_is_put_into_a_sentence() -> None:
    assert health_text(Meant(None, 0.9, Share(430, 500))) == (
        "You recall 86 % instead of the intended 90 %: intervals are a little too long."
    )
    assert "with the preset fr instead of the intended 80 %: intervals could be much longer." in health_text(
        Meant("fr", 0.8, Share(490, 500))
    )
    assert "intervals are right" in health_text(Meant(None, 0.9, Share(455, 500)))
    assert "Too few reviews" in health_text(Meant(None, 0.9, Share(4, 5)))


def test_cards_are_told_apart_by_their_presets_and_only_those_of_fsrs_count() -> None:
    rows = [row("f", None, "a/fr"), row("o", None, "b"), row("i", None, "x")]
    reviews = [review(-n, f"A.md:{name}:1:1", GOOD if n else AGAIN) for name in "foig" for n in range(3)]
    assert by_preset(reviews, rows, OWN) == [Meant("fr", 0.8, Share(2, 3))]
    assert by_preset(reviews, rows, FSRS) == [Meant(None, 0.9, Share(8, 12))]
    assert by_preset(reviews, rows, Settings()) == []


def section(settings: Settings) -> list[str]:
    found = found_for([review(-n, "A.md:f:1:1") for n in range(1, 9)], [row("f", None, "a/fr")], settings=settings)
    return ["\n".join(map(plain, one.rows)) for one in sections(found, 80, str) if one.name == "meant"]


def test_statistics_show_it_and_say_what_makes_schedules_differ_from_the_plugins() -> None:
    (text,) = section(OWN)
    assert text.splitlines()[1].split() == ["fr", "80", "%", "100", "%", "8"]
    said = "Schedules differ from the plugin's because of: Scheduler, FSRS desired retention in the preset fr."
    assert said in text.replace("\n", " ")
    assert section(Settings()) == []
