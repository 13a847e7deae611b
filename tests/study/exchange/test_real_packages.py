"""Packages as other programs write them: Anki of 2012, of 2023, genanki, image occlusion, one with 20,000 cards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from studyapp.study.exchange.fields.occlusion import regions
from studyapp.study.exchange.imports.import_plan import ImportPlan, plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.reading.sources import opened_source
from tests.helpers.large_package import large_package
from tests.helpers.vaults import NOW, NOW_TEXT, ROOT, make_vault, workspace

DATA = ROOT / "tests/data/anki"
LATER = NOW.replace(year=2027)


def bring(tmp_path: Path, file: Path) -> ImportPlan:
    vault = workspace(make_vault(tmp_path / "vault", {}), tmp_path / "home", LATER)
    with opened_source(file) as source:
        planned = plan_import(vault, source, "In")
        bring_in(vault, source, planned)
    again = workspace(tmp_path / "vault", tmp_path / "home", LATER)
    assert len(list(again.vault.rows())) == planned.cards
    assert len(list(again.history.reviews())) == planned.reviews
    return planned


@pytest.mark.parametrize(
    ("name", "cards", "reviews", "media"),
    [
        ("oldest", 22, 47, ["pic ä.png"]),
        ("old", 22, 47, ["pic ä.png"]),
        ("new", 22, 47, ["pic ä.png"]),
        ("genanki", 6, 0, ["rome.png"]),
        ("occlusion", 3, 0, ["heart.png"]),
    ],
)
def test_every_card_comes_in(tmp_path: Path, name: str, cards: int, reviews: int, media: list[str]) -> None:
    planned = bring(tmp_path, DATA / f"{name}.apkg")
    assert (planned.cards, planned.reviews, planned.media, planned.left_out) == (cards, reviews, media, [])


def test_what_genanki_writes_reads_as_it_would_be_written_here(tmp_path: Path) -> None:
    bring(tmp_path, DATA / "genanki.apkg")
    text = (tmp_path / "vault/In/Country-Capitals/Europe.md").read_text()
    assert text.startswith(
        '---\ntags: ["flashcards/Country-Capitals/Europe"]\n---\n\nFrance:::Paris #geo #eu_west ^anki-'
    )
    assert "Italy #geo #eu_west\n(a boot)\n??\n![[rome.png]] ^anki-" in text
    assert "The ==Seine== is in ==Paris;;city== ^anki-" in text


def test_each_region_of_a_picture_is_a_card_that_says_where_it_is(tmp_path: Path) -> None:
    planned = bring(tmp_path, DATA / "occlusion.apkg")
    first, *_ = planned.questions
    assert first.text.startswith(
        "The **heart** #anatomy\n![[heart.png]]\n"
        "What is 20 % from the left and 25 % from the top? (region 1 of 3)\n?\n"
    )
    assert len({one.key for one in planned.questions}) == 3
    assert dict(planned.losses) == {"image occlusion: the regions are named, not covered": 3}


@pytest.mark.parametrize(
    ("shapes", "found"),
    [
        ("", {}),
        ("{{c1::image-occlusion:rect:left=.1}}", {}),
        ("{{c0::image-occlusion:rect:left=.1:top=.1}}", {}),
        (f"{{{{c{'9' * 5000}::image-occlusion:rect:left=.1:top=.1}}}}", {}),
        (
            f"{{{{c1::image-occlusion:rect:left={'9' * 400}:top=.1}}}}",
            {1: "100 % from the left and 10 % from the top"},
        ),
        ("{{c1::image-occlusion:polygon:points=}} {{c1::image-occlusion:nothing:left=x:top=y}}", {}),
        (
            "{{c2::image-occlusion:text:left=9:top=-3:text=a=b}}{{c2::image-occlusion:rect:left=0:top=0}}",
            {2: "100 % from the left and 0 % from the top, and 0 % from the left and 0 % from the top"},
        ),
    ],
)
def test_odd_shapes_are_no_regions_or_within_the_picture(shapes: str, found: dict[int, str]) -> None:
    assert regions(shapes) == found


# Not `ru_maxrss`: that begins with what the process that started this one had in memory.
_MEASURED = """\
import re, sys, time
from studyapp.cli.main import main
code, seconds = main(sys.argv[1:]), round(time.process_time())
print(code, int(re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())[1]) // 1024, seconds)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@pytest.mark.timeout(300)
def test_twenty_thousand_cards_take_little_memory_and_tell_how_far_they_are(tmp_path: Path) -> None:
    large_package(tmp_path / "large.apkg", 20_000)
    root = make_vault(tmp_path / "vault", {})
    words = ["import", str(tmp_path / "large.apkg"), "--vault", str(root), "--now", NOW_TEXT, "--json"]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *words],
        env={"HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    code, megabytes, seconds = map(int, done.stdout.splitlines()[-1].split())
    print(f"20,000 cards: {megabytes} MB, {seconds} s of the processor")
    assert (code, megabytes < 230) == (0, True)
    told: list[tuple[int, int]] = []
    vault = workspace(root, tmp_path / "home")
    with opened_source(tmp_path / "large.apkg") as source:
        again = plan_import(vault, source, "Imported", lambda done, of: told.append((done, of)))
    assert (again.same, again.cards) == (20_000, 0)
    assert told[-1] == (20_000, 20_000)
    assert len(told) > 1_000
