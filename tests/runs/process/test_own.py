"""The user's own demos: found, never run until trusted, and then contained."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demos.catalog import HERE, load
from demos.worker import Server
from studyapp.core.errors import MisuseError
from studyapp.core.visible import visible
from studyapp.runs.process import process
from studyapp.runs.process.frames import DemoFailedError
from studyapp.runs.process.own import Trust, TrustError, catalog_of, own_folders, trusted_of, write_template
from studyapp.runs.process.process import DemoRunner
from tests.helpers.attacks import attacking
from tests.helpers.tiers import tiered
from tests.runs.process.test_process import frames, until_gone

HEAD = """
from demos.frame import Frame, Knob
TITLE = "Mine"
METHOD = ("Mine",)
IDEA = "one"
PAPER = "none"
BLOCK = "x"
QUESTION = "why"
KNOBS = ()
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to that")


def demo(folder: Path, body: str, *, top: str = "", name: str = "mine") -> Path:
    """Write a demo whose run is a few lines."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    path = folder / f"{name}.py"
    path.write_text(f"{top}{HEAD}\ndef run(knobs):\n    yield Frame(0, 1, 'begun')\n{lines}\n")
    return path


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "state" / "trusted-demos")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "demos"
    made.mkdir()
    return made


@pytest.fixture
async def runner(folder: Path, trust: Trust) -> AsyncIterator[DemoRunner]:
    made = DemoRunner([folder], trust)
    yield made
    await made.close()


def trusting(trust: Trust, path: Path) -> None:
    """Trust a demo as it is."""
    trust.give(path.read_bytes(), path)


async def told(runner: DemoRunner, trust: Trust, path: Path) -> str:
    """Trust a demo, run it, and give the caption of its last frame."""
    trusting(trust, path)
    return (await frames(runner, "mine"))[-1].caption


def test_withdrawn_trust_takes_all_versions_of_a_file_and_no_other(folder: Path, trust: Trust) -> None:
    mine, other = folder / "mine.py", folder / "other.py"
    for source, path in ((b"1", mine), (b"2", mine), (b"3", other)):
        trust.give(source, path)
    assert trust.withdraw(b"2", mine)
    assert [trust.holds(source) for source in (b"1", b"2", b"3")] == [False, False, True]
    assert not trust.withdraw(b"2", mine)
    trust.give(b"2", mine)
    assert trust.holds(b"2")


def test_own_demos_are_searched_for_in_the_users_folder_and_in_the_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDYAPP_DEMOS", str(tmp_path / "named"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    places = [tmp_path / "named", tmp_path / "data/studyapp/demos", tmp_path / "vault/demos"]
    assert own_folders(tmp_path / "vault") == tuple(places)
    for number, place in enumerate(places):
        place.mkdir(parents=True)
        demo(place, "", name=f"mine_{number}")
    own = [card.name for card in catalog_of(tmp_path / "vault").demos if card.own]
    assert own == ["mine_0", "mine_1", "mine_2"]


def test_a_demo_of_the_program_cannot_be_replaced(folder: Path) -> None:
    demo(folder, "", name="lora")
    assert not load(HERE, folder).get("lora").own


async def test_a_demo_runs_only_when_it_is_trusted_and_as_it_was_trusted(
    runner: DemoRunner, trust: Trust, folder: Path, tmp_path: Path
) -> None:
    path = demo(folder, "", top=f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    runner.prepare("mine")
    with pytest.raises(DemoFailedError, match="`studyapp demo trust mine`"):
        await frames(runner, "mine")
    assert not (tmp_path / "ran").exists()
    assert await told(runner, trust, demo(folder, "")) == "begun"
    demo(folder, "pass")
    with pytest.raises(DemoFailedError, match="has changed since"):
        await frames(runner, "mine")
    assert path.exists()


def test_nothing_beside_a_demo_says_that_it_is_trusted(folder: Path, trust: Trust) -> None:
    path = demo(folder, "")
    Trust(folder / "trusted-demos").give(path.read_bytes(), path)
    assert trusted_of(load(folder).demos, trust) == []
    trust.give(path.read_bytes(), path)
    assert [card.name for card in trusted_of(load(folder).demos, trust)] == ["mine"]


def test_trust_that_cannot_be_kept_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(TrustError, match="can't save"):
        Trust(tmp_path / "state" / "trusted-demos").give(b"", tmp_path)


def test_a_worker_for_the_program_takes_no_source() -> None:
    (answer,) = Server().answer('{"demo": "mine", "source": "print(1)"}')
    assert "only in a process that was started for it" in answer["error"]


@tiered(
    "body, says",
    [
        ("1 / 0", r"mine\.py, line 13: ZeroDivisionError"),
        ("x = (", r"mine\.py, line 13: SyntaxError: '\(' was never closed"),
        ("import nothing_such", r"mine\.py, line 13: ModuleNotFoundError"),
        ("raise SystemExit(3)", r"mine\.py, line 13: SystemExit: 3"),
        ("raise KeyboardInterrupt", r"mine\.py, line 13: KeyboardInterrupt"),
        (
            "from demos.frame import settle\nsettle(KNOBS, {'wings': 2})",
            r"mine\.py, line 14: there is no knob 'wings'",
        ),
        ("yield 3", r"mine\.py, line 13: TypeError: a run yields frames, not int"),
        ("yield Frame('x', 1, '')", r"mine\.py, line 13: TypeError: a frame's step is a whole number, not 'x'"),
        ("yield Frame(1, 1, '', {'loss': 'x'})", r"mine\.py, line 13: TypeError: 'loss' of a frame's scalars"),
        ("print('\\x1b[2J', flush=True)\nimport os; os._exit(3)", r"exit code 3\): ␛\[2J"),
        ("raise RuntimeError('\\x1b]0;x')", "␛]0;x".replace("]", r"\]")),
    ],
    quick=2,
)
async def test_what_goes_wrong_is_reported_with_its_line_and_cannot_act_on_the_terminal(
    runner: DemoRunner, trust: Trust, folder: Path, body: str, says: str
) -> None:
    with pytest.raises(DemoFailedError) as failed:
        await told(runner, trust, demo(folder, body))
    assert re.search(says, str(failed.value))
    assert str(failed.value).isprintable()


def test_a_file_that_is_not_python_is_listed_with_its_line(folder: Path) -> None:
    demo(folder, "", top="\nx = (\n")
    (broken,) = load(folder).broken
    assert "line 2" in broken.why


@pytest.mark.parametrize("name", ["my-demo", "two words", "\x1b[31mred"])
def test_a_file_whose_name_no_demo_can_have_is_listed_without_acting_on_the_terminal(folder: Path, name: str) -> None:
    demo(folder, "", name=name)
    found = catalog_of(folder.parent)
    (broken,) = found.broken
    assert name not in [card.name for card in found.demos]
    assert broken.name == visible(name)
    assert "only letters, digits and _" in broken.why


@pytest.mark.parametrize("odd", ["pipe", "large", "folder"])
def test_an_odd_file_is_listed_and_not_waited_for(folder: Path, odd: str) -> None:
    path = folder / "mine.py"
    match odd:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case _:
            path.write_bytes(b"KNOBS = ()\n" + b"#" * 1_000_000)
    assert [broken.name for broken in load(folder).broken] == ["mine"]


@LINUX
async def test_a_trusted_demo_can_neither_read_nor_change_what_is_not_its_own(
    runner: DemoRunner, trust: Trust, folder: Path, tmp_path: Path
) -> None:
    log = tmp_path / "vault.jsonl"
    log.write_text("a grade\n")
    body = [*attacking(log), "yield Frame(1, 1, ', '.join(done) or 'nothing')"]
    assert await told(runner, trust, demo(folder, "\n".join(body))) == "nothing"
    assert log.read_text() == "a grade\n"
    assert os.access(log, os.R_OK)


@LINUX
async def test_a_demo_that_takes_all_memory_is_reported(runner: DemoRunner, trust: Trust, folder: Path) -> None:
    for code in ("bytearray(1 << 40)", "import mmap; mmap.mmap(-1, 1 << 33)[:1]"):
        with pytest.raises(DemoFailedError, match="memory"):
            await told(runner, trust, demo(folder, code))


@pytest.mark.slow
async def test_a_demo_that_loops_is_stopped_by_hand_and_by_time(
    runner: DemoRunner, trust: Trust, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = demo(folder, "while True: pass")
    trusting(trust, path)
    async with contextlib.aclosing(runner.run("mine", {})) as run:
        await anext(run)
        assert runner._running is not None
        pid = runner._running.pid
        await runner.stop()
        with pytest.raises(DemoFailedError, match="stopped"):
            await anext(run)
    await until_gone(pid)
    monkeypatch.setattr(process, "_LONGEST_RUN", 0.5)
    with pytest.raises(DemoFailedError, match="took longer"):
        await frames(runner, "mine")


@tiered(
    "body, says",
    [
        ("while True: yield Frame(0, 1, '')", "more than 50 frames"),
        ("yield Frame(0, 1, 'x' * 5_000_000)", "line that is too long"),
        ("import os\nwhile True: os.write(1, b'x' * 65536)", "took longer"),
    ],
)
async def test_a_demo_that_says_too_much_is_stopped(
    runner: DemoRunner, trust: Trust, folder: Path, monkeypatch: pytest.MonkeyPatch, body: str, says: str
) -> None:
    monkeypatch.setattr(process, "_MOST_FRAMES", 50)
    monkeypatch.setattr(process, "_LONGEST_RUN", 1.0 if "longer" in says else 60.0)
    with pytest.raises(DemoFailedError, match=says):
        await told(runner, trust, demo(folder, body))


async def test_a_frame_holds_only_so_much(runner: DemoRunner, trust: Trust, folder: Path) -> None:
    path = demo(folder, "yield Frame(1, 1, 'x' * 100_000, {str(n): 1.0 for n in range(10_000)})")
    trusting(trust, path)
    last = (await frames(runner, "mine"))[-1]
    assert len(last.caption) == 1000
    assert len(last.scalars) == 256


async def test_a_demo_of_the_program_never_runs_where_an_own_one_ran(
    runner: DemoRunner, trust: Trust, folder: Path
) -> None:
    await told(runner, trust, demo(folder, ""))
    assert runner._standing is not None
    own = runner._standing.result()
    runner.prepare("lora")
    assert runner._standing is not None
    assert await runner._standing is not own
    await until_gone(own.pid)


@pytest.mark.slow
async def test_a_new_demo_begins_as_one_that_trains(tmp_path: Path, trust: Trust) -> None:
    pytest.importorskip("torch")
    path = write_template("mine", tmp_path / "demos")
    trusting(trust, path)
    made = DemoRunner([tmp_path / "demos"], trust)
    try:
        seen = await frames(made, "mine", steps=2)
    finally:
        await made.close()
    assert seen[-1].summary is not None
    assert seen[-1].summary.base_unchanged


@pytest.mark.parametrize("name", ["lora", "compare", "2", "a-b", "A", "../x", ""])
def test_a_new_demo_takes_a_name_that_is_free_and_can_be_a_module(tmp_path: Path, name: str) -> None:
    with pytest.raises(MisuseError):
        write_template(name, tmp_path)
    assert not any(tmp_path.iterdir())


def test_a_new_demo_never_overwrites_one(tmp_path: Path) -> None:
    write_template("mine", tmp_path).write_text("mine")
    with pytest.raises(TrustError, match="already exists"):
        write_template("mine", tmp_path)
    assert (tmp_path / "mine.py").read_text() == "mine"


SPOILT = {
    "a title of nothing": 'TITLE = " "',
    "a text too long to show": f"BLOCK = {'x' * 5000!r}",
    "a number too long to show": 'KNOBS = (Knob("n", ' + "9" * 4000 + ', "x"),)',
    "choices of odd kinds": 'KNOBS = (Knob("n", 1, "x", choices=((1,), b"x")),)',
    "knobs without end": "KNOBS = (" + "".join(f'Knob("k{n}", 1, "x"),' for n in range(100)) + ")",
    "names without end": f"METHOD = {('x',) * 1000!r}",
    "a formula that is none": 'COUNT = (("a", "__import__(1)"),)',
    "depth without end": "TITLE = " + "(" * 5000 + ")" * 5000,
}


@pytest.mark.parametrize("line", SPOILT.values(), ids=SPOILT)
def test_declarations_that_no_screen_can_show_make_a_file_broken_alone(folder: Path, line: str) -> None:
    path = demo(folder, "")
    path.write_text(path.read_text().replace("\ndef run", f"\n{line}\ndef run", 1))
    demo(folder, "", name="sound")
    found = load(folder)
    assert [card.name for card in found.demos] == ["sound"]
    assert [broken.name for broken in found.broken] == ["mine"]
