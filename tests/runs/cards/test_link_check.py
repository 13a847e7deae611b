"""Links to demos that don't exist: on the card in review, and for the doctor."""

from __future__ import annotations

from pathlib import Path

from studyapp.runs.cards.card_demos import unknown_demos
from studyapp.runs.cards.link_check import wrong_demo_links
from studyapp.study.doctor.examine import Examination
from tests.helpers.vaults import handles_of, make_vault, open_vault

NOTES = {
    "A.md": "#flashcards\n\nQ::[run](studyapp://demo/lorra)\n\nR::[run](studyapp://demo/lora?rnk=8)\n\n"
    "S::[run](studyapp://demo/lora?rank=many)\n\nT::[run](studyapp://demo/lora?rank=8)\n\n"
    "U::`studyapp://demo/none`\n\n```\nstudyapp://demo/none\n```\n",
    "B.md": "---\ndemo: toes\n---\n#flashcards\n\nQ::A\n",
    "C.md": "No cards, but [one](studyapp://demo/none).\n",
}


def test_what_a_card_names_in_vain_is_reported(tmp_path: Path) -> None:
    told = {
        handle.card.front: unknown_demos(handle) for handle in handles_of(open_vault(make_vault(tmp_path, NOTES)))
    }
    assert told.pop("T") == told.pop("U") == ()
    said = {front: problems[0] for front, problems in told.items()}
    assert "toes" in said["Q"] or "lorra" in said["Q"]
    assert "there is no knob 'rnk'" in said["R"]
    assert "rank takes" in said["S"]


def test_the_doctor_finds_each_of_them_on_its_line(tmp_path: Path) -> None:
    findings = Examination(open_vault(make_vault(tmp_path, NOTES)), (), [wrong_demo_links]).run()
    found = [(one.path, one.line) for one in findings if one.code == "demo-link"]
    assert found == [("A.md", 3), ("A.md", 5), ("A.md", 7), ("B.md", 1), ("C.md", 1)]
