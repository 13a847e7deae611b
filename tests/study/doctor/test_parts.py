"""Several processes find what one process finds, in the same order."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from studyapp.core.disk import pool
from studyapp.core.log.ledger_rows import Done
from studyapp.core.vault.vault import Vault
from studyapp.runs.cards.link_check import wrong_demo_links
from studyapp.study.doctor import parts
from studyapp.study.doctor.examine import Examination, Progress
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.looks import Check
from studyapp.study.doctor.subject import Subject
from tests.bench.generate import notes
from tests.helpers.vaults import ROOT, make_vault, open_vault
from tests.study.doctor.subjects import ONE, graded

ODD = ("```", "<!-- x", "?", "??", "$$", "==a==", ONE, "<!-- SR:!2026-01-01,3,250 -->", "---", "> ?", "[[Nowhere#x]]")


def damaged(seed: int) -> dict[str, str | bytes]:
    """Made-up notes with lines added that give the doctor something to report."""
    pick = random.Random(seed)
    made: dict[str, str | bytes] = {"Copy (conflicted copy 2024-01-01).md": f"#flashcards\n\na::b\n{ONE}\n"}
    for path, raw in notes(60, seed):
        lines = raw.decode().split("\n")
        for _ in range(pick.randrange(6)):
            lines.insert(pick.randrange(len(lines) + 1), pick.choice(ODD))
        made[path] = "\n".join(lines)
    made["Inner/.obsidian/app.json"] = "{}"
    made["Inner/.obsidian/plugins/dataview/main.js"] = ""
    made["Inner/fields.md"] = "author:: Somebody\n"
    made["Z.md"] = "a demo: studyapp://demo/no-such-demo\n"
    return made


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have other processes examine small vaults too; the numbers of the parts that they did."""
    done: list[int] = []
    shared: Callable[..., Generator[tuple[int, object]]] = pool.shared

    def noticed(*of: object) -> Generator[tuple[int, object]]:
        for number, answer in shared(*of):
            done.append(number)
            yield number, answer

    monkeypatch.setattr(parts, "MANY", 1)
    monkeypatch.setattr(parts, "TOGETHER", 7)
    monkeypatch.setattr(pool, "cores", lambda: 2)
    monkeypatch.setattr(pool, "shared", noticed)
    return done


def alone(vault: Vault, actions: list[Done], more: list[Check]) -> list[Finding]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "MANY", 10**9)
        return Examination(vault, actions, more).run()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_processes_find_what_one_finds_in_the_same_order(tmp_path: Path, apart: list[int], seed: int) -> None:
    vault = open_vault(make_vault(tmp_path / "vault", damaged(seed), {}))
    moved: list[Done] = [graded("a::b\n", path="Copy.md")]
    for actions in ([], moved):
        found = Examination(vault, actions, [wrong_demo_links]).run()
        assert found == alone(vault, actions, [wrong_demo_links])
        assert {one.code for one in found} >= {"orphan-schedule", "equal-questions", "dead-link", "demo-link"}
    assert set(apart) == set(range(-(-len(vault.paths()) // 7)))


@pytest.mark.slow
def test_the_bundled_vault_gives_the_same_findings(apart: list[int]) -> None:
    vault = open_vault(ROOT / "vault")
    assert Examination(vault, (), [wrong_demo_links]).run() == alone(vault, [], [wrong_demo_links])
    assert apart


def test_a_check_that_other_processes_do_not_know_is_made_here(tmp_path: Path, apart: list[int]) -> None:
    def local(one: Subject) -> list[Finding]:
        return [Finding("settings", one.path, None, "it was looked at", "do nothing")]

    vault = open_vault(make_vault(tmp_path / "vault", {"A.md": "x", "B.md": "y"}))
    assert [one.path for one in Examination(vault, (), [local]).run()] == ["A.md", "B.md"]
    assert not apart


@pytest.mark.slow
def test_an_examination_with_processes_tells_how_far_it_is_and_can_be_broken_off(
    tmp_path: Path, apart: list[int]
) -> None:
    stray = "#flashcards\n\na::b\n\ntext\n\n<!--SR:!2024-06-10,4,250-->\n"
    vault = open_vault(make_vault(tmp_path / "vault", {f"{n}.md": stray for n in range(250)}))
    told: list[Progress] = []
    assert {one.path for one in Examination(vault).run(tell=told.append)} >= {f"{n}.md" for n in range(250)}
    assert [one.done for one in told] == [0, 100, 200, 250]
    assert apart
    asked = iter([True] * 3)
    found = Examination(vault).run(going=lambda: next(asked, False))
    assert 0 < len({one.path for one in found if one.path.endswith(".md")}) <= 3
