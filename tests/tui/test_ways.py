"""On every screen and dialog: the ways out, the keys that are shown, one cursor in each list, any size."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from rich.cells import cell_len
from textual.binding import Binding
from textual.color import Color
from textual.events import Key, MouseScrollDown
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, OptionList, TextArea

from studyapp.serve.served_app import main_keys
from studyapp.tui.app import themes
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.screens.demos.gallery import DemosScreen
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.cards.card_preview import CardPreview
from studyapp.tui.widgets.cards.card_table import CardTable
from studyapp.tui.widgets.demo.knobs import Knobs
from studyapp.tui.widgets.parts.dialog import Dialog
from studyapp.tui.widgets.parts.rows import Rows
from studyapp.wording.numbers import key_text
from tests.helpers.apps import press, running, shown, until
from tests.helpers.asked import ASKED
from tests.helpers.tiers import tiered
from tests.tui.test_walk import BARE, HELD, KEYS, PUT, at_rest, begun, gone_to

pytestmark = pytest.mark.usefixtures("outside")

STATES = [*KEYS, *PUT, *ASKED]
QUICK = ("decks",)
SIZES = [(20, 5), (60, 20), (79, 23), (250, 80), (100, 6), (30, 60)]
ENDS = {"source": ("g",), "another file of a demo": ("g",), "own demo": ("space", "g", "G")}
"""Keys that scroll to where you are already."""


def made(tmp_path: Path, name: str) -> StudyApp:
    return begun(tmp_path, name, themes.DARK.name)


async def ready(pilot: Pilot[None], name: str) -> StudyApp:
    app = pilot.app
    assert isinstance(app, StudyApp)
    await until(pilot, lambda: app.whole_notes is not None and app.demos.catalog is not None)
    await gone_to(pilot, name)
    return app


def where(pilot: Pilot[None]) -> tuple[object, ...]:
    """What a key may change on the screen."""
    app = pilot.app
    return [*app.screen_stack], app.focused, shown(pilot), app._exit


@tiered("name", STATES, quick=("browse",))
@tiered("key", ["escape", "q"])
async def test_escape_and_q_lead_back_to_the_decks_step_by_step(tmp_path: Path, name: str, key: str) -> None:
    async with running(made(tmp_path, name), (100, 30)) as pilot:
        app = await ready(pilot, name)
        for _ in range(6):
            if isinstance(app.screen, DecksScreen) or app._exit:
                break
            focused = app.focused
            typing = isinstance(focused, Knobs) and focused.typing is not None
            typing |= isinstance(focused, Input | TextArea)
            before = where(pilot)
            await press(pilot, "escape" if typing else key)
            await at_rest(pilot)
            assert where(pilot) != before
        assert app._exit if (name, key) == ("first page", "q") else isinstance(app.screen, DecksScreen)


def keys_of(app: StudyApp) -> list[Binding]:
    """Those of the last row, and the large ones of a phone's page, apart from its arrows."""
    stay, leave = app.screen.query_one(KeyLine).shown()
    large = main_keys([one.binding for one in app.screen.active_bindings.values() if one.enabled])
    every = [*(binding for binding, _ in (*stay, *leave)), *(one for one in large if one.key not in ("up", "down"))]
    return [*{one.key: one for one in every}.values()]


async def lead_nowhere(tmp_path: Path, name: str, outside: list[str]) -> list[str]:
    """The keys that are shown in a state and change nothing, each pressed in an app of its own."""
    keys: list[str] = []
    dead: list[str] = []
    while len(keys) != 1:
        folder = tmp_path / str(len(keys))
        async with running(made(folder, name), (100, 30)) as pilot:
            app = await ready(pilot, name)
            keys = keys[1:] or [binding.key for binding in keys_of(app)]
            before, asked = where(pilot), len(outside)
            await press(pilot, keys[0])
            await at_rest(pilot)
            ended = keys[0] in ENDS.get(name, ())
            if where(pilot) == before and len(outside) == asked and not ended:
                dead.append(keys[0])
    return dead


@tiered("name", STATES, quick=("vaults",))
async def test_every_key_that_is_shown_does_something_or_says_why_not(
    tmp_path: Path, name: str, outside: list[str]
) -> None:
    assert await lead_nowhere(tmp_path, name, outside) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", BARE)
async def test_where_there_is_little_every_key_does_something_or_says_why_not(
    tmp_path: Path, name: str, outside: list[str]
) -> None:
    assert await lead_nowhere(tmp_path, name, outside) == []


def bars(app: StudyApp) -> int:
    """How many cursors are shown."""
    blue = Color.parse(app.theme_variables["act"]).rich_color.triplet
    region = app.screen.query_one(Dialog).region if isinstance(app.screen, ModalScreen) else app.screen.region
    found = 0
    for strip in app.screen._compositor.render_strips()[region.y : region.bottom]:
        for text, style, _ in strip.crop(region.x, region.right):
            same = style is not None and style.color is not None and style.color.triplet == blue
            found += text.count("▎") * same
    return found


def lists(app: StudyApp) -> list[Widget]:
    """The lists in front that have rows; the steps of a walk are one too."""
    rows = [*[one for one in app.screen.query(Rows) if one.count], *app.screen.query("#walk-rail")]
    options = [one for one in app.screen.query(OptionList) if one.highlighted is not None]
    return [one for one in (*rows, *options) if one.is_on_screen and one.size.height]


@tiered("name", STATES, quick=QUICK)
async def test_every_list_has_one_cursor_and_nothing_else_looks_like_one(tmp_path: Path, name: str) -> None:
    async with running(made(tmp_path, name), (120, 40)) as pilot:
        app = await ready(pilot, name)
        await until(pilot, lambda: bars(app) == len(lists(app)))  # what comes late moves rows
        await press(pilot, "j")
        await until(pilot, lambda: bars(app) == len(lists(app)))


def blue(app: StudyApp) -> list[tuple[str, int, int]]:
    """The words shown in the colour of actions, with their places."""
    act = Color.parse(app.theme_variables["act"]).rich_color.triplet
    region = app.screen.query_one(Dialog).region if isinstance(app.screen, ModalScreen) else app.screen.region
    found = []
    for y, strip in enumerate(app.screen._compositor.render_strips()[region.y : region.bottom], region.y):
        x = region.x
        for text, style, _ in strip.crop(region.x, region.right):
            if style is not None and style.color is not None and style.color.triplet == act and text.strip(" ▎━─┈▔▏"):
                found.append((text, x + len(text) - len(text.lstrip()), y))
            x += cell_len(text)
    return found


def takes_clicks(app: StudyApp, x: int, y: int) -> bool:
    """Whether a click on a cell is for something in it or for a widget that takes clicks."""
    widget, _ = app.screen.get_widget_at(x, y)
    around = [one for one in widget.ancestors_with_self if isinstance(one, Widget)]
    counted = isinstance(widget, PathBar)
    acts = "@click" in app.screen.get_style_at(x, y).meta or any(hasattr(one, "on_click") for one in around)
    return acts or counted


@tiered("name", STATES, quick=QUICK)
async def test_the_mouse_works_for_everything(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pressed: list[str] = []
    async with running(made(tmp_path, name), (120, 40)) as pilot:
        app = await ready(pilot, name)
        keys = {"‹", "›", *(key_text(key) for key in app.screen.active_bindings)}
        assert [text for text, x, y in blue(app) if text.strip() in keys and not takes_clicks(app, x, y)] == []
        for part in app.screen.query(Widget):
            if part.allow_vertical_scroll and part.is_on_screen and part.region.size:
                part.scroll_home(animate=False)
                await pilot.pause()
                await wheel(pilot, part)
                assert part.scroll_y > 0, part
                part.scroll_home(animate=False)
                await pilot.pause()
        with monkeypatch.context() as patch:
            patch.setattr(app, "simulate_key", pressed.append)
            line = app.screen.query_one(KeyLine)
            for number in range(len(line._places)):
                start, end, key = line._places[number]
                await pilot.click(offset=(line.content_region.x + (start + end) // 2, line.region.y))
                assert pressed[-1:] == [key]
        for rows in app.screen.query(Rows):
            top = round(rows.scroll_y) - rows.HEAD
            for y in range(rows.HEAD, rows.scrollable_content_region.height):
                if top + y < rows.count and rows.stops_at(top + y) and rows.is_on_screen:
                    place = rows.scrollable_content_region
                    before = app.screen
                    await pilot.click(offset=(place.right - 2, place.y + y))
                    if app.screen is not before:
                        return
                    assert rows.cursor == top + y


def place_of(pilot: Pilot[None], text: str) -> tuple[int, int]:
    """Where a text is, in cells of single width."""
    lines = shown(pilot).split("\n")
    return next((line.index(text), y) for y, line in enumerate(lines) if text in line)


@tiered(
    "name, clicks, then",
    [
        ("statistics", [" ›"], "last 90 days"),
        ("statistics", ["‹ "], "last 7 days"),
        ("keys", ["Go to a note"], "type a part of its name"),
        ("demo", ["1 under"], "under half ◂"),
        ("demo", ["rank      ", "‹ 4"], "‹ 2 ›"),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, list) else "",
)
async def test_a_click_does_what_a_key_does(tmp_path: Path, name: str, clicks: list[str], then: str) -> None:
    async with running(made(tmp_path, name), (120, 50)) as pilot:
        await ready(pilot, name)
        for text in clicks:
            await pilot.click(offset=place_of(pilot, text))
            await at_rest(pilot)
        assert then in shown(pilot)


@pytest.mark.slow
async def test_a_double_click_does_what_enter_does(tmp_path: Path) -> None:
    async with running(made(tmp_path, "browse"), (120, 30)) as pilot:
        app = await ready(pilot, "browse")
        beside = app.screen.query_one(CardPreview)
        was = beside.display
        await pilot.click(CardTable, offset=(9, 2), times=2)
        await at_rest(pilot)
        assert beside.display is not was


async def wheel(pilot: Pilot[None], widget: Widget) -> None:
    """Turn the wheel down over a widget."""
    x, y = widget.region.center
    event = MouseScrollDown(widget, int(x), int(y), 0, 0, 0, False, False, False, int(x), int(y))
    pilot.app.screen._forward_event(event)
    await pilot.pause()


@pytest.mark.slow
@pytest.mark.parametrize("name", STATES)
async def test_presses_drags_and_turns_of_the_wheel_anywhere_leave_a_whole_screen(tmp_path: Path, name: str) -> None:
    random = Random(name)
    async with running(made(tmp_path, name), (80, 24)) as pilot:
        app = await ready(pilot, name)
        for _ in range(12):
            places = [(random.randrange(80), random.randrange(24)) for _ in range(3)]
            await pilot.mouse_down(offset=places[0])
            for place in places:
                await pilot.hover(offset=place)
            if random.random() < 1 / 2:
                await pilot.mouse_up(offset=places[-1])
            else:
                await pilot.click(offset=places[-1])
            await at_rest(pilot)
            if app._exit:
                break
            assert app.mouse_captured is None
            part = app.screen.get_widget_at(*places[1])[0]
            await wheel(pilot, part)
            strips = app.screen._compositor.render_strips()
            assert (len(strips), {strip.cell_length for strip in strips}) == (24, {80})
        assert app.return_code in (None, 0)


@tiered("name", [*KEYS, *PUT], quick=("problems",))
async def test_a_click_on_the_path_goes_back_up(tmp_path: Path, name: str) -> None:
    async with running(made(tmp_path, name), (120, 40)) as pilot:
        app = await ready(pilot, name)
        for bar in [] if isinstance(app.screen, ModalScreen) else app.screen.query(PathBar):
            first, *_, last = bar._parts
            assert first != last
            await pilot.click(offset=(bar.content_region.x, 0))
            await at_rest(pilot)
            wanted = DecksScreen if first == app.title else DemosScreen
            assert isinstance(app.screen, wanted) or not app.query(DemosScreen)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*STATES, *HELD])
async def test_any_size_leaves_a_whole_screen(tmp_path: Path, name: str) -> None:
    async with running(made(tmp_path, name), (80, 24)) as pilot:
        app = await ready(pilot, name)
        random = Random(name)
        sizes = [*SIZES, *((random.randint(20, 250), random.randint(5, 80)) for _ in range(6))]
        for width, height in sizes:
            await resize(pilot, width, height)
            strips = app.screen._compositor.render_strips()
            assert len(strips) == height
            assert {strip.cell_length for strip in strips} == {width}


WAYS = [
    "b",
    *"isdue",
    "down",
    "enter",
    "escape",
    "n",
    "slash",
    *"what",
    "escape",
    "s",
    "right",
    "d",
    "enter",
    "space",
]
"""While typing, searching, counting for charts, and starting a demo."""


ASKS = [
    "ctrl+p",
    *"sta",
    "escape",
    "ctrl+o",
    *"note",
    "escape",
    "a",
    *"front",
    "escape",
    "M",
    "enter",
    "3",
    "enter",
    "enter",
    "escape",
]
"""While typing into the commands, the switcher, a new card and a question, and while schedules are being changed."""


REVIEWS = [
    "enter",
    "space",
    "i",
    "escape",
    "3",
    "t",
    *"abc",
    "enter",
    "1",
    "space",
    "n",
    "escape",
    "4",
    "u",
    "s",
    "e",
]
"""While answers are being painted, typed and graded, and grades written."""


async def resize(pilot: Pilot[None], width: int, height: int) -> None:
    """Resize the terminal; a busy machine takes a while to pass it on."""
    await pilot.resize_terminal(width, height)
    await until(pilot, lambda: pilot.app.screen._compositor.size == pilot.app.screen.size == (width, height))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ways", "wanted"),
    [(WAYS, {"isdue", "what"}), (ASKS, {"sta", "note"}), (REVIEWS, {"abc"})],
    ids=["places", "dialogs", "reviews"],
)
async def test_a_resize_at_any_moment_leaves_a_whole_screen(
    tmp_path: Path, ways: list[str], wanted: set[str]
) -> None:
    random, typed = Random(7), set[str]()
    app = made(tmp_path, "decks")
    async with app.run_test(size=(80, 24)) as pilot:  # the notes are still being read
        for key in ways:
            width, height = random.randint(20, 250), random.randint(5, 80)
            app.post_message(Key(key, key if len(key) == 1 else None))
            await resize(pilot, width, height)
            strips = app.screen._compositor.render_strips()
            assert (len(strips), {strip.cell_length for strip in strips}) == (height, {width}), key
            typed |= {line.value for line in app.screen.query(Input)}
        await until(pilot, lambda: app.vault_read and not app.reading)
    assert wanted <= typed
