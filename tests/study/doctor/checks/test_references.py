from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.notes.links import Catalogue
from studyapp.core.notes.note import Note
from studyapp.study.doctor.checks.references import Links, References
from tests.helpers.vaults import make_vault, open_vault
from tests.study.doctor.subjects import examine, subject

OTHERS: dict[str, str | bytes] = {
    "Note.md": "# First\n\n## Second part\n\ntext ^block-1\n",
    "deep/Inner.md": "text\n",
    "a/Twin.md": "text\n",
    "b/Twin.md": "text\n",
    "Named.md": "---\naliases: [Nickname, Other name]\n---\ntext\n",
    "img/figure one.png": b"",
    ".trash/Gone.md": "text\n",
}


def codes(tmp_path: Path, text: str, path: str = "Links.md") -> list[str]:
    root = make_vault(tmp_path / "vault", OTHERS | {path: text})
    return [f"{one.code}:{one.line}" for one in examine(open_vault(root)) if one.path == path]


@pytest.mark.parametrize(
    "text",
    [
        "[[Note]] [[note.md]] [[Note|shown]] [[Note\\|in a table]] [[Note#First]] [[Note#First#Second part]]",
        "[[Note#^block-1]] [[#Own]] \n\n# Own",
        "[[Inner]] [[deep/Inner]] [text](deep/Inner.md) [text](Note.md#First)",
        "![[figure one.png]] ![[figure one.png|200]] ![x](img/figure%20one.png) ![x](<img/figure one.png>)",
        "[web](https://example.org/x) ![web](https://example.org/x.png) [mail](mailto:a@example.org)",
        "`[[Nowhere]]`\n\n```\n[[Nowhere]]\n![[none.png]]\n```",
        "[[a/Twin]] [[b/Twin|other]]",
        "[[Named|Nickname]]",
    ],
)
def test_a_link_that_leads_somewhere_is_no_finding(tmp_path: Path, text: str) -> None:
    assert codes(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x\n[[Nowhere]]", ["dead-link:2"]),
        ("[[Gone]]", ["dead-link:1"]),
        ("[text](missing.md)", ["dead-link:1"]),
        ("[[Note#Third]]", ["dead-link:1"]),
        ("[[Note#^block-2]]", ["dead-link:1"]),
        ("![[none.png]]", ["missing-image:1"]),
        ("![x](img/none.jpg)", ["missing-image:1"]),
        ("[[Twin]]", ["ambiguous-link:1"]),
        ("[[Nickname]]", ["bare-alias:1"]),
        ("[[other NAME]]", ["bare-alias:1"]),
    ],
)
def test_a_link_that_leads_nowhere_is_reported_with_its_line(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert codes(tmp_path, text) == expected


def test_a_note_in_the_same_folder_comes_first_so_nothing_is_ambiguous(tmp_path: Path) -> None:
    assert codes(tmp_path, "[[Twin]]", "b/Links.md") == []


def test_a_bare_alias_is_described_and_never_changed(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", OTHERS | {"Links.md": "[[Nickname]]"})
    (found,) = (one for one in examine(open_vault(root)) if one.code == "bare-alias")
    assert found.remedy == "Write it as [[Named|Nickname]]"
    assert found.fix is None


def test_a_note_is_read_once_for_all_the_links_that_lead_into_it(tmp_path: Path) -> None:
    linking = {f"{number}.md": f"[[Note#First]] [[Note#^block-{number}]] [[Named#none]]" for number in range(3)}
    vault = open_vault(make_vault(tmp_path / "vault", OTHERS | linking))
    references, asked = References(Catalogue(vault.paths())), []
    for path, text in linking.items():
        links = Links()
        assert not list(links.look(subject(text, head="", path=path), Catalogue(vault.paths())))
        references.take(path, links)

    def note_of(path: str) -> Note | None:
        asked.append(path)
        return vault.note(path)

    found = references.finish(note_of, lambda path: (vault.root / path).read_bytes())
    assert [(one.path, one.reason.split()[0]) for one in found] == [
        ("0.md", "[[Note#^block-0]]"),
        ("2.md", "[[Note#^block-2]]"),
    ]
    assert asked == ["Named.md", "Note.md"]
