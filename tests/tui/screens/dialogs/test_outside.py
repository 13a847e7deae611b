"""Pictures and addresses opened outside the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from studyapp.tui.services import programs
from tests.helpers.apps import app_of, make_app, press, running, shown, until, words

ONE = "#flashcards\n\nWhat is it?\n?\n![[p.png]]\n"
TWO = "#flashcards\n\n![[p.png]]\n?\n![another](img/q.jpg)\n"
ALONE: dict[str, str | bytes] = {"n.md": ONE, "img/p.png": b"x"}
PLAIN = "#flashcards\n\nFront::Back\n"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """A desktop whose opener notes what it was given."""
    file, log = tmp_path / "xdg-open", tmp_path / "opened"
    file.write_text(f'#!/bin/sh\necho "$1" >> {log}\n')
    file.chmod(0o755)
    monkeypatch.setattr(programs, "opener", lambda _: str(file))
    return lambda: log.read_text() if log.exists() else ""


async def known(pilot: Pilot[None]) -> None:
    """Wait until the vault's files are known."""
    await until(pilot, lambda: app_of(pilot).embeds.library is not None)


async def test_p_opens_the_card_s_picture_once_it_is_shown(tmp_path: Path, opened: Callable[[], str]) -> None:
    async with running(make_app(tmp_path, ALONE)) as pilot:
        await press(pilot, "p")
        assert "p Picture" not in words(pilot)
        await press(pilot, "space")
        await known(pilot)
        assert "p Picture" in words(pilot)
        await press(pilot, "p")
        assert "Opened p.png." in words(pilot)
        await until(pilot, opened)
        assert opened() == f"{tmp_path}/vault/img/p.png\n"


async def test_one_of_several_pictures_is_chosen(tmp_path: Path, opened: Callable[[], str]) -> None:
    notes: dict[str, str | bytes] = {"n.md": TWO, "p.png": b"x", "img/q.jpg": b"x"}
    async with running(make_app(tmp_path, notes)) as pilot:
        await press(pilot, "space")
        await known(pilot)
        await press(pilot, "p")
        assert "Which picture?" in words(pilot)
        await press(pilot, "down", "enter")
        await until(pilot, opened)
        assert opened() == f"{tmp_path}/vault/img/q.jpg\n"


@pytest.mark.parametrize("colour", [True, False])
async def test_a_picture_that_can_t_be_shown_has_a_box_that_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[], str], colour: bool
) -> None:
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")
    async with running(make_app(tmp_path, {"n.md": ONE, "p.png": b"no picture"})) as pilot:
        await press(pilot, "space")
        await until(pilot, lambda: "│ p Open the picture" in shown(pilot))
        row = next(row for row, line in enumerate(shown(pilot).splitlines()) if "Open the picture" in line)
        await pilot.click(offset=(shown(pilot).splitlines()[row].index("Open"), row))
        await until(pilot, opened)
        assert opened() == f"{tmp_path}/vault/p.png\n"


async def test_no_picture_is_opened_from_outside_the_vault_and_nothing_that_runs(
    tmp_path: Path, opened: Callable[[], str]
) -> None:
    notes: dict[str, str | bytes] = {
        "n.md": "#flashcards\n\n![[../secret.png]]\n?\n![x](run.sh)\n![x](link.png)\n",
        "run.sh": "#!/bin/sh\n",
    }
    (tmp_path / "secret.png").write_bytes(b"x")
    app = make_app(tmp_path, notes)
    (tmp_path / "vault/link.png").symlink_to(tmp_path / "secret.png")
    async with running(app) as pilot:
        await press(pilot, "space")
        await known(pilot)
        for row, said in (
            (0, "no image ../secret.png in the vault"),
            (1, "run.sh can't be opened"),
            (2, "link.png is not in the vault"),
        ):
            await press(pilot, "p", *["down"] * row, "enter")
            assert said in words(pilot)
        assert not opened()


async def test_a_picture_on_the_web_is_opened_only_after_asking(tmp_path: Path, opened: Callable[[], str]) -> None:
    text = "#flashcards\n\n![pic](https://bücher.example/p.png)\n?\nx\n"
    async with running(make_app(tmp_path, {"n.md": text})) as pilot:
        await known(pilot)
        await press(pilot, "p")
        assert "https://xn--bcher-kva.example/p.png" in words(pilot)
        await press(pilot, "n")
        assert not opened()
        await press(pilot, "p", "y")
        await until(pilot, opened)
        assert opened() == "https://xn--bcher-kva.example/p.png\n"


async def test_over_ssh_it_says_why_and_copies_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "1.2.3.4 1 5.6.7.8 22")
    async with running(make_app(tmp_path, ALONE), size=(120, 30)) as pilot:
        await press(pilot, "space")
        await known(pilot)
        await press(pilot, "p")
        assert "over ssh it would open on the other machine" in words(pilot)
        assert app_of(pilot).clipboard == f"{tmp_path}/vault/img/p.png"


async def test_a_viewer_that_fails_is_reported_with_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "xdg-open"
    file.write_text("#!/bin/sh\nexit 4\n")
    file.chmod(0o755)
    monkeypatch.setattr(programs, "opener", lambda _: str(file))
    async with running(make_app(tmp_path, ALONE), size=(120, 30)) as pilot:
        await press(pilot, "space")
        await known(pilot)
        await press(pilot, "p")
        await until(pilot, lambda: "could not open img/p.png (it ended with exit code 4)" in words(pilot))


async def test_browse_opens_the_picture_of_the_card_under_the_cursor(
    tmp_path: Path, opened: Callable[[], str]
) -> None:
    notes: dict[str, str | bytes] = {"a.md": PLAIN, "b.md": ONE, "p.png": b"x"}
    async with running(make_app(tmp_path, notes, start="decks"), size=(120, 40)) as pilot:
        await press(pilot, "b")
        await until(pilot, lambda: "What is it?" in words(pilot))
        await press(pilot, "down", "p")
        await until(pilot, lambda: app_of(pilot).screen.focused is not None)
        assert not opened()
        await press(pilot, "down")
        await until(pilot, lambda: "b.md:3" in words(pilot))
        await known(pilot)
        await press(pilot, "p")
        await until(pilot, opened)
        assert opened() == f"{tmp_path}/vault/p.png\n"


@pytest.mark.slow
async def test_browse_names_the_key_of_a_picture_only_where_letters_are_keys(
    tmp_path: Path, opened: Callable[[], str]
) -> None:
    async with running(
        make_app(tmp_path, {"b.md": ONE, "p.png": b"no picture"}, start="decks"), size=(120, 70)
    ) as pilot:
        await press(pilot, "b")
        await until(pilot, lambda: "│ ▣ p.png  not a picture" in shown(pilot))
        await press(pilot, "down")
        await until(pilot, lambda: "│ p Open the picture" in shown(pilot))
        await press(pilot, "slash")
        await until(pilot, lambda: "│ ▣ p.png  not a picture" in shown(pilot))


async def test_the_reader_opens_the_picture_under_the_cursor_or_asks_which(
    tmp_path: Path, opened: Callable[[], str]
) -> None:
    notes: dict[str, str | bytes] = {"n.md": "First ![[p.png]]\n\nthen ![[q.png]]\n", "p.png": b"x", "q.png": b"x"}
    async with running(make_app(tmp_path, notes, start="decks"), size=(120, 40)) as pilot:
        await press(pilot, "n")
        await known(pilot)
        await press(pilot, "enter", "p")
        assert "Which picture?" in words(pilot)
        await press(pilot, "escape", "tab", "tab", "p")
        await until(pilot, opened)
        assert opened() == f"{tmp_path}/vault/q.png\n"


async def test_without_a_picture_the_key_is_not_offered(tmp_path: Path) -> None:
    async with running(make_app(tmp_path, {"n.md": PLAIN})) as pilot:
        await press(pilot, "space")
        assert "Picture" not in words(pilot)
        await press(pilot, "p")
        assert not app_of(pilot).screen_stack[2:]
