"""A walk through the screens in many sizes and all themes: every word stands out, and every screen has one frame."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input

from demos.catalog import load
from demos.frame import Summary
from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.schedule.entries import Grade
from studyapp.runs.process.own import Trust
from studyapp.runs.results.results import Result, Results
from studyapp.study.doctor.examine import Progress
from studyapp.study.plans.changes import order_of
from studyapp.tui import screens
from studyapp.tui.app import themes
from studyapp.tui.app.app import StudyApp
from studyapp.tui.messages import Unsaved, Unwritten
from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.screens.cards.browse import BrowseScreen
from studyapp.tui.screens.cards.plan import PlanScreen
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.demos.compare import CompareScreen
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.screens.demos.drafts import VaultCards
from studyapp.tui.screens.demos.gallery import DemosScreen
from studyapp.tui.screens.demos.make_card import MakeCardScreen
from studyapp.tui.screens.demos.source import SourceScreen
from studyapp.tui.screens.demos.trust import TrustScreen
from studyapp.tui.screens.demos.walk import WalkScreen
from studyapp.tui.screens.dialogs.choose import ChooseScreen
from studyapp.tui.screens.dialogs.commands import CommandsScreen
from studyapp.tui.screens.dialogs.copying import CopyScreen
from studyapp.tui.screens.dialogs.help import AskScreen, FactsScreen, HelpScreen
from studyapp.tui.screens.dialogs.newer import NewerScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.screens.notes.add_card import AddCardScreen
from studyapp.tui.screens.notes.notes import NotesScreen
from studyapp.tui.screens.notes.switcher import SwitcherScreen
from studyapp.tui.screens.review.review import ReviewScreen
from studyapp.tui.screens.review.whole_notes import WholeNotesScreen
from studyapp.tui.screens.settings.decide import DecideScreen
from studyapp.tui.screens.settings.optimise import OptimiseScreen
from studyapp.tui.screens.settings.settings import SettingsScreen
from studyapp.tui.screens.settings.worked_out import WorkedOutScreen
from studyapp.tui.screens.stats import StatsScreen
from studyapp.tui.screens.vault.difference import DifferenceScreen
from studyapp.tui.screens.vault.doctor import DoctorScreen
from studyapp.tui.screens.vault.first import FirstScreen
from studyapp.tui.screens.vault.vaults import VaultsScreen
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from studyapp.tui.widgets.decks.today import Today, Work
from studyapp.tui.widgets.parts.dialog import Dialog
from studyapp.tui.widgets.parts.pane import Pane
from tests.helpers.apps import make_app, press, running, until
from tests.helpers.asked import ASKED, ASKED_BY_KEYS, SETTINGS, follow, places, watched
from tests.helpers.cursors import cursors, lists
from tests.helpers.idle import idle
from tests.helpers.recorded import RecordedRunner
from tests.helpers.reviewed import reviewed
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, handles_of
from tests.tui.app.test_themes import NOTE, faint
from tests.tui.screens.demos.test_walk import OFFERED
from tests.tui.screens.demos.test_walk import Runner as WalkRunner

SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]
WHOLE = "---\ntags: [review]\nsr-due: 2024-06-10\nsr-interval: 4\nsr-ease: 250\n---\n\nwords of a whole note\n"
NOTES = {
    "Note.md": NOTE,
    "Deep/Soft.md": "#flashcards/deck\n\n# Prefix Tuning\n\nWhat?::This.\n<!--SR:!2024-06-10,4,250-->\n\na::b\n",
    "Whole.md": WHOLE,
    "Bad.md": "#flashcards\n\nx::y\n<!--SR:oops-->\n",
    "Hurt.md": "#flashcards\n\nu::v\n<!--SR:!2025-01-04,3,250-->\n<!--SR:!2025-02-11,10,270-->\n",
}
LINKED = {
    "Linked.md": "# One\n\n[[Soft]]\n\n## Two\n\n[out](https://example.org/a/page)\n\n![[a.png]] and ![[b.png]]\n",
    "Linking.md": "[[Linked]]\n",
    ".studyapp/settings.toml": SETTINGS,
}
"""What some dialogs list."""
FSRS = "<!--SR:!fsrs,2024-06-20T09:00:00.000Z,10,10,5,2,4,0,0,2024-06-10T09:00:00.000Z-->"
KEYS: dict[str, tuple[type[Screen[Any]], list[str]]] = {
    "decks": (DecksScreen, []),
    "answer": (ReviewScreen, ["enter", "space"]),
    "browse": (BrowseScreen, ["b", "enter"]),
    "question": (ReviewScreen, ["enter"]),
    "facts": (FactsScreen, ["enter", "i"]),
    "keys": (HelpScreen, ["question_mark"]),
    "typed answer": (ReviewScreen, ["enter", "t"]),
    "end": (ReviewScreen, ["enter", *["space", "1", "space", "4", "space", "4"] * 3]),
    "commands": (CommandsScreen, ["ctrl+p"]),
    "switcher": (SwitcherScreen, ["ctrl+o"]),
    "vaults": (VaultsScreen, ["V"]),
    "new card": (AddCardScreen, ["a"]),
    "reset": (AskScreen, ["enter", "r"]),
    "copying": (CopyScreen, ["enter", "space", "C"]),
    "lists": (ChooseScreen, ["b", "escape", "L"]),
    "hits": (BrowseScreen, ["b", "a", "enter"]),
    "nothing found": (BrowseScreen, ["b", *"zqx", "enter"]),
    "wrong search": (BrowseScreen, ["b", *"isx:"]),
    "path being typed": (VaultsScreen, ["V", "slash"]),
    "decks after reviews": (DecksScreen, []),
    "answer after reviews": (ReviewScreen, ["enter", "space"]),
    "facts after reviews": (FactsScreen, ["enter", "i"]),
    "browse after reviews": (BrowseScreen, ["b", "enter"]),
    "statistics after reviews": (StatsScreen, ["s"]),
    "statistics of a deck": (ChooseScreen, ["s", "slash"]),
    "days ahead": (PromptScreen, ["c", "enter"]),
    "change of due days": (ChooseScreen, ["M"]),
    "list of whole notes": (ChooseScreen, ["c", "up", "enter", "L"]),
    "search in a note": (NotesScreen, ["n", "down", "enter", "slash"]),
    "charts below": (StatsScreen, ["s", "G"]),
    "what to study": (ChooseScreen, ["c"]),
    "notes": (NotesScreen, ["n"]),
    "reader": (NotesScreen, ["n", "down", "enter"]),
    "link": (NotesScreen, ["n", "down", "enter", "tab"]),
    "statistics": (StatsScreen, ["s"]),
    "problems": (DoctorScreen, ["f"]),
    "problem": (DoctorScreen, ["f", "down"]),
    "kind of problems closed": (DoctorScreen, ["f", "left"]),
    "problems marked": (DoctorScreen, ["f", "A"]),
    "mending": (DifferenceScreen, ["f", "A", "F"]),
    "whole notes": (WholeNotesScreen, ["c", "up", "enter"]),
    "settings": (SettingsScreen, ["comma"]),
    "settings of the vault": (SettingsScreen, ["comma", "tab"]),
    "value of a setting": (PromptScreen, ["comma", "down", "enter"]),
    "gallery": (DemosScreen, ["d"]),
    "gallery further down": (DemosScreen, ["d", "down", "down", "down"]),
    "gallery after a run": (DemosScreen, ["d", "down"]),
    "demo": (DemoScreen, ["d", "enter"]),
    "demo with a value being typed": (DemoScreen, ["d", "enter", "enter"]),
    "keys over an answer": (HelpScreen, ["enter", "space", "question_mark"]),
    "commands over an answer": (CommandsScreen, ["enter", "space", "ctrl+p"]),
    "new card over an answer": (AddCardScreen, ["enter", "space", "a"]),
    "demo with a guess": (DemoScreen, ["d", "enter", "2"]),
    "demo with one pane": (DemoScreen, ["d", "enter", "plus"]),
    "source": (SourceScreen, ["d", "enter", "c"]),
    "walk through": (WalkScreen, ["d", "enter", "w"]),
    "comparison": (CompareScreen, ["d", "v"]),
    "comparison of a task": (CompareScreen, ["d", "v", "tab", "down"]),
    "comparison by seconds": (CompareScreen, ["d", "v", "x"]),
    "comparison after a run": (CompareScreen, ["d", "v"]),
}
"""The screen that a state is of, and the keys that lead to it."""


def demo(app: StudyApp, until: int | None) -> DemoScreen:
    """One that a press of Space runs."""
    results = Results(app.workspace.locations.demo_results)
    return DemoScreen("lora", {"steps": 40}, RecordedRunner(until), results, demos=load(), cards=VaultCards(app))


def walk(*, ran: bool) -> WalkScreen:
    """One forward pass."""
    return WalkScreen(WalkRunner(), load().get("prefix"), "elicit", {} if ran else None, OFFERED)


PUT: dict[str, tuple[type[Screen[Any]], Callable[[StudyApp], Screen[Any]]]] = {
    "first page": (FirstScreen, lambda _: FirstScreen()),
    "newer schedule": (
        NewerScreen,
        lambda _: NewerScreen("In the meantime this card was reviewed elsewhere: due on 2027-03-01."),
    ),
    "card of a run": (
        MakeCardScreen,
        lambda _: MakeCardScreen("What learned?::A and B", "What learned?\n?\nA and B"),
    ),
    "own demo": (
        TrustScreen,
        lambda app: TrustScreen(
            Path("own.py"), b"x = 1\n", Trust(app.workspace.vault.root.parent / "trusted"), lambda: None
        ),
    ),
    "plan": (PlanScreen, lambda app: PlanScreen(app, "Postpone", (order_of("postpone", ["3"]), list))),
    "demo that has run": (DemoScreen, lambda app: demo(app, until=None)),
    "walk through a run": (WalkScreen, lambda _: walk(ran=True)),
    "walk through the base model": (WalkScreen, lambda _: walk(ran=False)),
    "page with links": (NotesScreen, lambda _: NotesScreen("Linked.md", 0)),
    "decision with FSRS": (DecideScreen, lambda app: DecideScreen(app, None)),
    "fit": (OptimiseScreen, lambda app: OptimiseScreen(app, None)),
    "decision": (DecideScreen, lambda app: DecideScreen(app, None)),
}
"""Screens that take more than a few keys."""
HELD: dict[str, tuple[type[Screen[Any]], Callable[[StudyApp], Screen[Any]]]] = {
    "demo during a run": (DemoScreen, lambda app: demo(app, until=20)),
}
"""Screens that wait until the test ends."""
RUN = Result(
    "lora",
    load().get("lora").settle({"job": "teach"}),
    Summary("LoRA", "teach", 0.0, 0.91, 14_784, 155_456, "A and B", 60_000, 8.0, True, "cafe"),
    "2026-01-01T00:00:00+00:00",
    tuple((step, step / 400) for step in range(0, 400, 20)),
)
"""Kept where a state's name says that something was run."""
ONE: Final = {"One.md": "#flashcards\n\nWhat?::This.\n<!--SR:!2024-06-10,4,250-->\n"}
PLAIN: Final = {"Plain.md": "words without a card\n"}
LATE: Final = {
    "Late.md": "#flashcards\n\n"
    + "\n\n".join(f"question {number}::answer\n<!--SR:!2024-05-0{number},3,250-->" for number in range(1, 10)),
    "Whole.md": WHOLE,
}
PICTURED: Final = {"Pictured.md": "#flashcards\n\n![[nowhere.png]] What?\n?\n![[nowhere.png]]\n"}
MATHS: Final = {
    "Maths.md": "#flashcards\n\nHow many $\\binom{n}{k}$ of $\\ce{H2O}$?\n?\n"
    "$$\\frac{n!}{k!(n-k)!}$$ and $\\unknown{x}$\n"
}
BARE: Final[dict[str, tuple[dict[str, str], list[str]]]] = {
    "decks without a note": ({}, []),
    "cards without a note": ({}, ["b"]),
    "cards without a note, from the list": ({}, ["b", "escape"]),
    "reader without a note": ({}, ["n"]),
    "statistics without a note": ({}, ["s"]),
    "problems without a note": ({}, ["f"]),
    "what to study without a note": ({}, ["c"]),
    "decks without a card": (PLAIN, []),
    "reader without a card": (PLAIN, ["n", "enter"]),
    "new card without a card": (PLAIN, ["a"]),
    "problems without a problem": (ONE, ["f"]),
    "the last question": (ONE, ["enter"]),
    "the last answer": (ONE, ["enter", "space"]),
    "the end": (ONE, ["enter", "space", "3"]),
    "decks after the end": (ONE, ["enter", "space", "3", "escape"]),
    "an answer being typed": (ONE, ["enter", "t", "x"]),
    "an answer that was typed": (ONE, ["enter", "t", "x", "enter"]),
    "a cram": (ONE, ["b", "escape", "c"]),
    "the answer in a cram": (ONE, ["b", "escape", "c", "space"]),
    "the end of a cram": (ONE, ["b", "escape", "c", "space", "3"]),
    "a search that finds nothing": (ONE, ["b", *"zz"]),
    "a card being typed": (ONE, ["a", *"front"]),
    "postponing": (ONE, ["M", "enter"]),
    "a change of due days": (ONE, ["M", "enter", "3", "enter"]),
    "days ahead that are no number": (ONE, ["c", "enter", "x"]),
    "a search for a note": (ONE, ["ctrl+o", "z", "z"]),
    "a command": (ONE, ["ctrl+p", *"und"]),
    "the reader's search": (ONE, ["n", "enter", "slash", "z"]),
    "the reader's tree": (ONE, ["n", "enter", "L"]),
    "the list of a browse": (ONE, ["b", "escape", "L"]),
    "cards that are selected": (ONE, ["b", "escape", "A"]),
    "what can be copied": (ONE, ["enter", "C"]),
    "a demo's next settings": (ONE, ["d", "enter", "L"]),
    "a picture of a comparison": (ONE, ["d", "v", "p"]),
    "decks with a backlog after reviews": (LATE, []),
    "a card with a missing picture": (PICTURED, ["enter"]),
    "its answer": (PICTURED, ["enter", "space"]),
    "a card in Browse with a picture": (PICTURED, ["b", "escape"]),
    "formulas": (MATHS, ["enter", "space"]),
    "formulas in a list": (MATHS, ["b", "escape"]),
    "formulas in the reader": (MATHS, ["n", "enter"]),
    "a grade taken back": (ONE, ["enter", "space", "3", "u"]),
    "a suspended card": (LATE, ["enter", "z"]),
    "a flagged card": (LATE, ["enter", "asterisk"]),
    "a whole note": (LATE, ["c", "up", "enter"]),
    "the end of the whole notes": (LATE, ["c", "up", "enter", "3"]),
    "statistics of a week": (ONE, ["s", "left"]),
    "another file of a demo": (ONE, ["d", "enter", "c", "tab"]),
    "a comparison with its seeds": (ONE, ["d", "v", "greater_than_sign"]),
}
"""States with little in them: the notes, and the keys that lead there."""
WHY = "[Errno 28] No space left on device: '/a/folder/with/a/long/name/of/its/own/Note.md'"


def lost(app: StudyApp) -> None:
    """Have grades wait that could not be written, and say what else went wrong."""
    handle = handles_of(app.workspace.vault)[0]
    seen = Seen.of(handle.note, handle.question, handle.card)
    grade = Action("1", ActionKind.GRADE, NOW, seen, Grade.GOOD, 5.0, None, "2024-07-01,9,250", why=WHY)
    app.standing = Unwritten((grade,), (Unsaved(grade, WHY), Unsaved(grade, WHY)))
    assert isinstance(app.screen, StudyScreen)
    app.screen.say(f"Can't save the settings: {WHY}. " * 2, "error")


def examining(app: StudyApp) -> None:
    """Say how far the doctor is."""
    screen = app.screen
    assert isinstance(screen, DoctorScreen)
    screen.on_doctor_screen_told(DoctorScreen.Told(Progress(1_024, 2_000)))


def reading(app: StudyApp) -> None:
    """Say how far a large vault has been read."""
    work = Work(1_024, 2_000, "about 4 hours", key="Enter", deck="flashcards")
    app.screen.query_one(Today).show(work, ("Reading the notes … 1,024 of 2,000",))


MADE: Final[dict[str, tuple[list[str], Callable[[StudyApp], None]]]] = {
    "decks with errors": ([], lost),
    "question with errors": (["enter"], lost),
    "browse with errors": (["b", "escape"], lost),
    "decks while notes are read": ([], reading),
    "problems being looked for": (["f"], examining),
}
"""States that take more than keys: the keys to the screen, and what happens there."""
WALK = [(name, size) for name in (*KEYS, *PUT, *HELD, *ASKED, *BARE, *MADE) for size in SIZES]
FIRST = [("decks", (120, 40)), ("answer", (80, 24))]


def leaves(of: type[Screen[Any]]) -> set[type[Screen[Any]]]:
    """The app's own screens, except those that are only bases of others."""
    below = {leaf for one in of.__subclasses__() for leaf in leaves(one)}
    return below or ({of} if of.__module__.startswith("studyapp.") else set())


@pytest.mark.slow
def test_the_walk_visits_every_dialog_wherever_it_is_asked() -> None:
    assert {*places()} == {*ASKED_BY_KEYS.values(), *(asked.asks for asked in ASKED.values())}


def test_the_walk_visits_every_screen() -> None:
    for module in pkgutil.walk_packages(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    assert leaves(Screen) <= {screen for screen, _ in (*KEYS.values(), *PUT.values())}


async def at_rest(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, StudyApp)
    await until(pilot, lambda: app._exit or not (app.reading or getattr(app.screen, "examining", False)))
    await pilot.pause(0.05)


async def run(pilot: Pilot[None], *, ends: bool) -> None:
    """Run the demo in front."""
    screen = pilot.app.screen
    assert isinstance(screen, DemoScreen)
    await press(pilot, "space")
    await until(pilot, lambda: screen._run.last is not None and screen._run.last.step >= (40 if ends else 18))
    await until(pilot, lambda: screen.running is not ends)


async def gone_to(pilot: Pilot[None], name: str) -> type[Screen[Any]]:
    """Go to a state; the screen that it is of."""
    if name in BARE:
        for key in BARE[name][1]:
            await press(pilot, key)
            await at_rest(pilot)
        return type(pilot.app.screen)
    if name in MADE:
        keys, happens = MADE[name]
        await press(pilot, *keys)
        await at_rest(pilot)
        assert isinstance(pilot.app, StudyApp)
        happens(pilot.app)
        await at_rest(pilot)
        return type(pilot.app.screen)
    if name in ASKED:
        await gone_to(pilot, ASKED[name].state)
        await follow(pilot, ASKED[name])
        await at_rest(pilot)
        return ASKED[name].kind
    if name in PUT or name in HELD:
        wanted, made = (PUT | HELD)[name]
        assert isinstance(pilot.app, StudyApp)
        pilot.app.push_screen(made(pilot.app))
        await at_rest(pilot)
        front = pilot.app.screen
        if issubclass(wanted, WorkedOutScreen):  # its result or its failure moves the keys
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
        if "FSRS" in name:
            await until(pilot, lambda: isinstance(front, DecideScreen) and front._decided is not None)
        if wanted is DemoScreen:
            await run(pilot, ends="during" not in name)
        return wanted
    wanted, keys = KEYS[name]
    for key in keys:
        await press(pilot, key)
        await at_rest(pilot)
    return wanted


def notes_of(name: str) -> dict[str, str]:
    """The notes that a state is seen with."""
    if name in BARE:
        return BARE[name][0]
    if "retention" in name or "FSRS" in name:
        return {"Note.md": "#flashcards/a\n\n" + "\n\n".join(f"q{n}::b\n{FSRS}" for n in range(12)) + "\n"}
    return NOTES | LINKED if name in ASKED or name in PUT else NOTES


def begun(tmp_path: Path, name: str, theme: str) -> StudyApp:
    """The app that a state is seen in."""
    plugin = {"algorithm": "FSRS"} if "retention" in name or "FSRS" in name else None
    app = make_app(tmp_path, notes_of(name), start="decks", plugin=plugin, settings={"theme": theme})
    if name.endswith("after a run"):
        Results(app.workspace.locations.demo_results).add(RUN)
    return reviewed(app) if name.endswith("after reviews") else app


def beyond(screen: Screen[Any]) -> list[Widget]:
    """Widgets that stick out of the screen, or whose lines stick out of them."""
    found = []
    for one in screen.query("*").results(Widget):
        region, drawn = one.region, one.render()
        single = one.styles.text_wrap == "nowrap" and one.styles.text_overflow == "clip"
        lines = drawn.split("\n") if region and single and isinstance(drawn, Content) else []
        cut = max((line.cell_length for line in lines), default=0) > one.content_size.width
        if cut or region.x < 0 or region.right > screen.size.width:
            found.append(one)
    return found


@tiered("name, size", WALK, quick=FIRST, ids=lambda one: one if isinstance(one, str) else f"{one[0]}x{one[1]}")
async def test_every_word_stands_out_and_every_screen_has_one_frame(
    tmp_path: Path, name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, made_at = begun(tmp_path, name, themes.DARK.name), watched(monkeypatch)
    async with running(app, size) as pilot:
        await until(pilot, lambda: app.whole_notes is not None)
        wanted = await gone_to(pilot, name)
        screen, (width, height) = app.screen, size
        if name in ASKED or name in ASKED_BY_KEYS:
            assert made_at(screen) == (ASKED[name].asks if name in ASKED else ASKED_BY_KEYS[name])
        beside = name.startswith("facts") and width >= 140  # there they stand beside the card
        assert type(screen) is (ReviewScreen if beside else wanted)
        for theme in themes.NAMES:
            app.paint(theme)
            await pilot.pause()
            if theme != themes.PLAIN:
                assert faint(pilot) == {}, theme
            strips = screen._compositor.render_strips()
            assert {strip.cell_length for strip in strips} == {width}
            assert beyond(screen) == []
            assert len(cursors(screen)) == len(lists(screen)), lists(screen)
            assert theme == themes.PLAIN or sum(one.raised for one in cursors(screen)) <= 1
            line = screen.query_one(KeyLine)
            if isinstance(screen, ModalScreen):
                box = screen.query_one(Dialog)
                assert screen.region.contains_region(box.region)
                assert line.region.bottom == box.region.bottom - 1
                assert line.content_region.x == box.content_region.x
                inside = [strip.crop(box.region.x + 1, box.region.right - 1).text for strip in strips[box.region.y :]]
                assert box._title.plain in re.sub(r"\s+", " ", " ".join(inside))
                assert re.search(r" Esc [A-Z][a-z ]+\W*$", strips[line.region.y].text)
                continue
            head = screen.query_one("PlacesBar, PathBar")
            assert line.region.y == height - 1
            assert isinstance(head, PlacesBar | PathBar)
            assert (head.region.y, head.region.width) == (0, width)
            assert strips[-1].text.rstrip().endswith(("Back", "Quit", "Cancel", "Leave", "Close", "Stop"))
            assert " ? Keys " in strips[-1].text or " F1 Keys " in strips[-1].text or name == "mending"
            drawn = "\n".join(strip.text for strip in strips)
            for pane in screen.query(Pane):
                if not pane.is_on_screen:
                    continue
                place = screen.find_widget(pane)
                scrolled = place.visible_region.y > place.region.y
                assert not place.visible_region or scrolled or pane._title in drawn


Drawn = list[tuple[str, str]]


def drawn(pilot: Pilot[None]) -> Drawn:
    """What is in front, each text with its style, except the time on a clock and the test's folder."""
    strips = pilot.app.screen._compositor.render_strips()
    return [(re.sub(r"\d+:\d\d|/(one|two)/", "", part.text), str(part.style)) for strip in strips for part in strip]


async def paintings(folder: Path, name: str, first: str) -> dict[str, Drawn]:
    """A state in each theme, beginning with one."""
    found: dict[str, Drawn] = {}
    app = begun(folder, name, themes.DARK.name)
    async with running(app, (120, 40)) as pilot:
        app.paint(first)
        await until(pilot, lambda: app.whole_notes is not None and app.demos.catalog is not None)
        await gone_to(pilot, name)
        for field in app.screen.query(Input):
            field.cursor_blink = False
        for theme in sorted(themes.NAMES, key=lambda one: one != first):
            if found:
                app.paint(theme)
            await idle(moment=0.15)  # what is looked up once a cursor rests comes late
            await app.workers.wait_for_complete()
            await pilot.pause()
            found[theme] = drawn(pilot)
    return found


PAGES = [
    name
    for name, (screen, _) in (KEYS | PUT).items()
    if not issubclass(screen, (ModalScreen, DemoScreen, WalkScreen, SourceScreen))
]
"""Where the theme can be changed, and no demo works on; a dialog hides the commands."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PAGES if name != "charts below"])
async def test_a_change_of_theme_leaves_nothing_of_the_theme_before(tmp_path: Path, name: str) -> None:
    found = [await paintings(tmp_path / "one", name, themes.DARK.name)]
    found += [await paintings(tmp_path / "two", name, themes.PLAIN)]
    assert found[0] == found[1]
