"""Cards from plain files: our own JSON comes back as it was; tables are read as their programs mean them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.errors import StudyError
from studyapp.core.settings.model import Algorithm, Settings
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.exports.export import export
from studyapp.study.exchange.imports.import_plan import ImportPlan, plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.reading.incoming import IncomingQuestion, NotImported
from studyapp.study.exchange.reading.incoming_json import JsonSource
from studyapp.study.exchange.reading.incoming_plain import TableSource
from studyapp.study.exchange.reading.sources import opened_source
from tests.helpers.generated import GENERATED, Generated
from tests.helpers.rows import each_row
from tests.helpers.strategies import examples
from tests.helpers.studied import studied
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, make_vault, workspace


def bring(vault: Workspace, file: Path, deck: str | None = None) -> ImportPlan:
    with opened_source(file, deck) as source:
        planned = plan_import(vault, source, "Back")
        bring_in(vault, source, planned)
    return planned


def facts(vault: Workspace) -> tuple[list[Any], list[Any], list[Any]]:
    """All cards, actions and marks, whatever their places."""
    cards = []
    names: dict[str, str] = {}
    for row in vault.vault.rows():
        handle = vault.vault.find(row.id)
        raws = handle.question.raws
        cards.append((handle.card.front, handle.card.back, raws, handle.question.decks, row.side))
        names[str(row.id)] = f"{handle.question.text} {row.side}"
    history = [
        (names[record.name], record.at, record.grade, record.seconds, record.before, record.after)
        for record in vault.history.reviews()
    ]
    marks = [(names[str(card)], state) for card, state in vault.history.states()]
    return sorted(cards, key=repr), sorted(history, key=repr), sorted(marks, key=repr)


@tiered("algorithm", list(Algorithm))
@pytest.mark.parametrize("seed", [1, 2])
def test_notes_to_json_to_notes_changes_nothing_about_cards_schedules_and_history(
    tmp_path: Path, algorithm: Algorithm, seed: int
) -> None:
    ours = studied(tmp_path / "ours", 32, algorithm, seed=seed)
    export(ours, tmp_path / "out.json")
    plugin = {"settings": {"algorithm": str(algorithm)}}
    theirs = workspace(make_vault(tmp_path / "theirs", {}, plugin), tmp_path / "home")
    planned = bring(theirs, tmp_path / "out.json")
    assert not planned.left_out
    again = workspace(tmp_path / "theirs", tmp_path / "home")
    assert facts(again) == facts(ours)
    assert bring(again, tmp_path / "out.json").cards == 0


@pytest.mark.slow
@examples(180)
@given(generated=GENERATED)
def test_any_notes_to_json_to_notes_are_the_same_cards_with_the_same_schedules_and_history(
    tmp_path_factory: pytest.TempPathFactory, generated: Generated
) -> None:
    folder = tmp_path_factory.mktemp("generated")
    ours = generated.make(folder / "ours")
    export(ours, folder / "out.json")
    plugin = {"settings": {"algorithm": str(generated.algorithm)}}
    theirs = workspace(make_vault(folder / "theirs", {}, plugin), folder / "home")
    assert bring(theirs, folder / "out.json").left_out == []
    again = workspace(folder / "theirs", folder / "home")
    assert facts(again) == facts(ours)
    assert bring(again, folder / "out.json").cards == 0


def test_a_note_with_several_decks_and_equal_questions_comes_back_too(tmp_path: Path) -> None:
    text = "#flashcards/one\n\na::b\n\na::b\n\n#flashcards/two\n\nc::d ^block\n\n#flashcards/three e::f\n"
    ours = workspace(make_vault(tmp_path / "ours", {"deep/n.md": text}), tmp_path / "home1")
    export(ours, tmp_path / "out.json")
    theirs = workspace(make_vault(tmp_path / "theirs", {}), tmp_path / "home2")
    bring(theirs, tmp_path / "out.json")
    again = workspace(tmp_path / "theirs", tmp_path / "home2")
    assert facts(again) == facts(ours)
    assert min(path.name for path in (tmp_path / "theirs/Back/deep").iterdir()) == "n 2.md"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"format": "other", "version": 1, "questions": []}', b"[" * 100_000]
)
def test_what_is_not_our_json_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.json").write_bytes(data)
    with pytest.raises(StudyError), opened_source(tmp_path / "x.json"):
        pass


def test_damaged_questions_are_left_out_and_the_others_come(tmp_path: Path) -> None:
    ours = studied(tmp_path / "ours", 8, Algorithm.SM2)
    export(ours, tmp_path / "out.json")
    told = json.loads((tmp_path / "out.json").read_text())
    told["questions"][0].pop("text")
    told["questions"][2] = 7
    names = ["../../out.md", "/etc/out.md", ".obsidian/x.md", "run.sh", "a\x1b[2J.md"]
    odd: list[dict[str, Any]] = [{"note": name} for name in names]
    odd += [{"decks": ["\ud800"]}, {"sides": float("inf")}, {"sides": -1}]
    told["questions"] += [told["questions"][1] | one for one in odd]
    (tmp_path / "bad.json").write_text(json.dumps(told))
    theirs = workspace(make_vault(tmp_path / "theirs", {}), tmp_path / "home")
    with opened_source(tmp_path / "bad.json") as source:
        planned = plan_import(theirs, source, "Back")
        assert len(planned.left_out) == 2 + len(odd)
        bring_in(theirs, source, planned)
    made = [
        path for path in (tmp_path / "theirs").rglob("*") if path.is_file() and path.suffix not in (".json", ".jsonl")
    ]
    assert [path.name for path in made] == ["All.md"]
    assert not (tmp_path / "out.md").exists()


def rows(text: str | bytes, name: str = "Words.csv", deck: str | None = None) -> list[IncomingQuestion | NotImported]:
    data = text.encode() if isinstance(text, str) else text
    return list(TableSource(Path(name), data, deck).questions(Settings(), NOW))


@each_row(
    "text, name, found",
    [
        (
            "dog\tder Hund\ncat\tdie Katze\n",
            "Quizlet.txt",
            [("dog::der Hund", "Quizlet"), ("cat::die Katze", "Quizlet")],
        ),
        (
            '"Hi," he said\t5" wide\nhe "knows\t"half\n',
            "Quizlet.txt",
            [('"Hi," he said::5" wide', "Quizlet"), ('he "knows::"half', "Quizlet")],
        ),
        ('Question,Answer\nWhy?,"a, b"\n', "q.csv", [("Why?::a, b", "q")]),
        ("term;definition\r\nx;y\r\n", "t.csv", [("x::y", "t")]),
        ("deck,back,front\nA::B,b,a\n", "t.csv", [("a::b", "A/B")]),
        ("front,back,tags\na,b,x::y z\n", "t.csv", [("a::b #x/y #z", "t")]),
        ("#separator:tab\n#html:true\n#deck:Chosen\n<b>a</b>\tb<br>c\n", "t.txt", [("**a**\n?\nb\nc", "Chosen")]),
        (
            "#separator:Semicolon\n#notetype column:1\n#deck column:4\nBasic (and reversed card);a;b;D\n",
            "t.txt",
            [("a:::b", "D")],
        ),
        (f"#separator:tab\n#deck column:{'9' * 5000}\na\tb\n", "t.txt", [("a::b", "t")]),
        ("#separator:tab\n#deck column:0\na\tb\tc\n", "t.txt", [("a::b", "t")]),
        ("\ufeffa,b\n", "t.csv", [("a::b", "t")]),
        ("The ==sun== is ==hot==,\n", "t.csv", [("The ==sun== is ==hot==", "t")]),
        (
            "#separator:Comma\n#columns:Tags,Back,Front\n#html:false\n# said\nx::y,b,a\n#said\n,'#d',\"#c\"\n",
            "t.txt",
            [("a::b #x/y", "t"), ("\\#c::'#d'", "t")],
        ),
        ("#separator: ;\n#deck: A::B \na;b\n".replace(" ;", ";"), "t.txt", [("a::b", "A/B")]),
        ("#separator: pipe \n#tags:one two\na|b\n", "t.txt", [("a::b #one #two", "t")]),
        ("#separator:|\na|'two\n", "t.txt", [("a::'two", "t")]),
        ('#separator:tab\n#tags column:3\na\t"b\nc"\td\n', "t.txt", [("a #d\n?\nb\nc", "t")]),
        ("C#,a language\n#1,the first\n", "t.csv", [("C#::a language", "t"), ("\\#1::the first", "t")]),
        ('a,"b<!--SR:!2020-01-01,1,250-->"\n', "t.csv", [("a::b&lt;!--SR:!2020-01-01\\,1,250-->", "t")]),
        ("std::vector,a == b\n", "t.csv", [("std:\\:vector::a =\\= b", "t")]),
        (
            "#separator:tab\n#html:true\n#notetype column:1\nCloze\t{{c1::sun::h}} {{c2::hot}}\textra\n",
            "t.txt",
            [("==sun;;h== ==hot==\n> [!extra]-\n> extra", "t")],
        ),
        ("#separator:tab\n{{c1::sun}} < b\n", "t.txt", [("==sun== &lt; b", "t")]),
        (
            "#separator:tab\n#notetype:Basic (optional reversed card)\na\tb\t\nc\td\ty\n",
            "t.txt",
            [("a::b", "t"), ("c:::d", "t")],
        ),
    ],
)
def test_tables_are_read_as_the_programs_write_them(text: str, name: str, found: list[tuple[str, str]]) -> None:
    read = rows(text, name)
    assert [(one.text, one.decks[0]) for one in read if isinstance(one, IncomingQuestion)] == found
    assert len(read) == len(found)


def test_utf_16_is_read_and_anything_but_text_is_refused() -> None:
    (one,) = rows("a\tb\n".encode("utf-16"), "t.txt", "chosen")
    assert isinstance(one, IncomingQuestion)
    assert (one.text, one.decks) == ("a::b", ("chosen",))
    with pytest.raises(StudyError, match="not UTF-8 text"):
        rows(b"\xff\xff\xff\n")
    with pytest.raises(StudyError, match="fewer than two columns"):
        rows("only one column\nhere\n", "t.csv")


def test_what_cannot_come_in_is_named() -> None:
    found = rows("a,\n,b\n?,x\n", "t.csv")
    assert [one.why.split(":")[0] for one in found if isinstance(one, NotImported)] == ["row 1", "row 2"]
    assert len(found) == 3


@given(st.text(max_size=200))
def test_any_text_is_a_table_or_none(text: str) -> None:
    try:
        found = rows(text.encode("utf-8", "replace"))
    except StudyError:
        return
    assert all(isinstance(one, (IncomingQuestion, NotImported)) for one in found)


def test_a_table_goes_into_a_note_and_again_brings_nothing(tmp_path: Path) -> None:
    (tmp_path / "German.csv").write_text("front,back\ndog,der Hund\ncat,die Katze\n")
    vault = workspace(make_vault(tmp_path / "vault", {}), tmp_path / "home")
    assert bring(vault, tmp_path / "German.csv").cards == 2
    note = tmp_path / "vault/Back/German.md"
    assert note.read_text() == '---\ntags: ["flashcards/German"]\n---\n\ndog::der Hund\n\ncat::die Katze\n'
    assert bring(workspace(tmp_path / "vault", tmp_path / "home"), tmp_path / "German.csv").cards == 0


def test_what_is_of_no_known_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"")
    with pytest.raises(StudyError, match="ends in"), opened_source(tmp_path / "x.pdf"):
        pass
    with pytest.raises(StudyError, match="can't read"), opened_source(tmp_path / "no.csv"):
        pass


def test_rows_with_ankis_own_names_are_updated_and_those_that_went_there_are_here_already(tmp_path: Path) -> None:
    head = "#separator:tab\n#html:true\n#guid column:1\n"
    vault = workspace(make_vault(tmp_path / "vault", {"n.md": "#flashcards\n\nours::here\n"}), tmp_path / "home")
    export(vault, tmp_path / "ours.txt")
    (tmp_path / "Rows.txt").write_text(f"{head}g1\tdog\tder Hund\ng2\tcat\tKatze\ng2\tcat\tKatze\n")
    planned = bring(vault, tmp_path / "Rows.txt")
    assert (planned.cards, [one.why for one in planned.left_out]) == (2, ["it is in the file twice"])
    (tmp_path / "Rows.txt").write_text(f"{head}g1\tdog\tder Hund\ng2\tcat\tdie Katze\n")
    vault = workspace(tmp_path / "vault", tmp_path / "home")
    planned = bring(vault, tmp_path / "Rows.txt")
    assert (planned.cards, planned.same, len(planned.changed)) == (0, 1, 1)
    assert "cat::die Katze ^anki-" in (tmp_path / "vault/Back/Rows.md").read_text()
    planned = bring(workspace(tmp_path / "vault", tmp_path / "home"), tmp_path / "ours.txt")
    assert (planned.does_something, planned.same, planned.kept) == (False, 1, [])


def test_what_looks_like_a_schedule_within_code_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("#separator:tab\n{{c1::sun}} `x!1,2,3`\n{{c1::sun}} is hot\n`5!1,2,3`\tx\n")
    planned = bring(workspace(make_vault(tmp_path / "vault", {}), tmp_path / "home"), tmp_path / "t.txt")
    assert [one.text for one in planned.questions] == [
        "==sun== \\`x!1\\,2,3\\`",
        "==sun== is hot",
        "\\`5!1\\,2,3\\`::x",
    ]
    (tmp_path / "h.txt").write_text("#separator:tab\n#html:true\n{{c1::sun}} <code>x!1,2,3</code>\n")
    planned = bring(workspace(make_vault(tmp_path / "other", {}), tmp_path / "home"), tmp_path / "h.txt")
    assert (planned.cards, len(planned.left_out)) == (0, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_is_read_in_each_encoding_that_says_what_it_is(encoding: str) -> None:
    (one,) = rows("é\tß\n".encode(encoding), "t.txt")
    assert isinstance(one, IncomingQuestion)
    assert one.text == "é::ß"


@pytest.mark.parametrize("data", [b"a\tb\0c\n", "a\tb\n".encode("utf-16-le"), b"\xe9\tx\n", b"\xff\xfe\0"])
def test_a_file_that_is_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(StudyError, match="is not UTF-8 text"):
        rows(data, "t.txt")


@pytest.mark.parametrize(
    "said",
    [{"version": 0}, {"version": True}, {"version": 1.0}, {"version": "1"}, {"version": 2}, {"questions": {"a": 1}}],
)
def test_json_of_no_known_version_or_form_is_refused(said: dict[str, object]) -> None:
    known = {"format": "studyapp", "version": 1, "at": "2026-01-01T00:00:00+00:00", "questions": [], "more": 1}
    assert JsonSource("x.json", json.dumps(known).encode()).size == 0
    with pytest.raises(StudyError, match=r"x\.json is"):
        JsonSource("x.json", json.dumps(known | said).encode())


def test_a_text_with_more_clozes_than_anki_has_cards_is_named() -> None:
    text = "".join(f"{{{{c{number}::a}}}} " for number in range(1, 502))
    (found,) = rows(f"front,back\n{text},b\n")
    assert isinstance(found, NotImported)
    assert found.why == "row 1: it has more than 500 cards"


def test_odd_values_of_a_review_make_no_line_that_the_log_cannot_read(tmp_path: Path) -> None:
    ours = studied(tmp_path / "ours", 4, Algorithm.SM2)
    export(ours, tmp_path / "out.json")
    said = json.loads((tmp_path / "out.json").read_text())
    past = [one for question in said["questions"] for card in question["cards"] for one in card["history"]]
    past[0]["before"] = 0
    past[1]["seconds"], past[2]["seconds"] = float("nan"), float("inf")
    (tmp_path / "out.json").write_text(json.dumps(said))
    theirs = workspace(make_vault(tmp_path / "theirs", {}), tmp_path / "home")
    bring(theirs, tmp_path / "out.json")
    again = workspace(tmp_path / "theirs", tmp_path / "home")
    assert len(list(again.history.reviews())) == len(past)
    assert again.history.problems == []


def test_a_text_whose_clozes_make_no_card_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "in.md").write_text(f"C: {'[x] ' * 20_000}\n\nQ: ok\nA: fine\n")
    vault = workspace(make_vault(tmp_path / "vault", {}), tmp_path / "home")
    planned = bring(vault, tmp_path / "in.md")
    assert (planned.cards, len(planned.left_out)) == (1, 1)
