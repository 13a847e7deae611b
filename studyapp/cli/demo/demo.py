"""`studyapp demo`, `studyapp open` and `studyapp install-links`.

Torch is never imported here: a demo runs in its worker, and its frames are printed as they come. Results are saved
with those of the screens, so both show the same comparison.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from demos.catalog import Catalog, CatalogError, DemoCard
from demos.frame import Knob, KnobError, KnobValue
from studyapp.cli.demo.compare import compare, keep
from studyapp.cli.demo.demo_beside import Contender, against, run_beside
from studyapp.cli.demo.desktop import install_entry, remove
from studyapp.cli.demo.frame_lines import FrameLines, frame_json
from studyapp.cli.demo.own_demo import new, own_lines, trust, with_vault
from studyapp.cli.options.values import seeds as seeds_of
from studyapp.cli.parser import without_more
from studyapp.cli.streams import need_terminal
from studyapp.core.clock import system_clock
from studyapp.core.errors import MisuseError, StudyError
from studyapp.core.locations import Locations
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.runs.process.frames import DemoFailedError, safe_card
from studyapp.runs.process.own import catalog_of, own_folders
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.progress.run import DemoRun
from studyapp.study.reader.demo_links import choice_of_link

EXAMPLES = """examples:
  studyapp demo --list
  studyapp demo lora --rank 8 --seed 1
  studyapp demo lora --seeds 5 --against adapters/rank=4
  studyapp demo prefix --job teach --json | tail -n 1
  studyapp demo --setup               add torch, which the demos need
  studyapp demo new mine              a start for a demo of your own
  studyapp demo trust mine            show its source, and let it run
"""


def demo_command(arguments: argparse.Namespace) -> int:
    """Run `studyapp demo …`."""
    words: list[str] = arguments.words
    try:
        if words[:1] == ["compare"]:
            return compare(words[1:])
        if words[:1] == ["--setup"]:
            from studyapp.cli.demo.setup import setup

            return setup(words[1:])
        if words[:1] == ["new"]:
            return new(words[1:])
        if words[:1] == ["trust"]:
            return trust(words[1:])
        return _demo(words)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except CatalogError as error:
        raise MisuseError(str(error)) from error


def open_command(arguments: argparse.Namespace) -> int:
    """Open the demo that a link names; leaving it leads to the last vault, or to the gallery if there is none."""
    last, _ = with_vault([])
    choice = choice_of_link(arguments.link, catalog_of(last))
    need_terminal()
    if last is not None:
        with contextlib.suppress(StudyError):  # the demo is shown even if the vault cannot be opened
            workspace = Workspace.open(last, Locations.of_user(), system_clock)
            from studyapp.tui.app.app import StudyApp

            return StudyApp(workspace, demo=choice).run_to_exit_code()
    from studyapp.tui.app.demo_app import DemoApp

    DemoApp(choice, last).run()
    return 0


def install_command(arguments: argparse.Namespace) -> int:
    """Write or remove the .desktop file, and say so."""
    for line in remove() if arguments.remove else install_entry():
        print(line)
    return 0


def _demo(words: Sequence[str]) -> int:
    vault, words = with_vault(words)
    catalog = catalog_of(vault)
    parser = demo_parser(catalog, next((word for word in words if not word.startswith("-")), None))
    options = vars(without_more(parser, words))
    name, as_list, as_json = options.pop("name"), options.pop("list"), options.pop("json")
    seeds, beside = options.pop("many_seeds", None), options.pop("beside", None)
    if as_list:
        return _list(catalog, as_json=as_json)
    if name is None:
        raise MisuseError("name a demo; `studyapp demo --list` shows them")
    card = catalog.get(name)
    try:
        knobs = card.settle({knob: value for knob, value in options.items() if value is not None})
    except KnobError as error:
        parser.error(str(error))
    if seeds is None and beside is None:
        keep(asyncio.run(_watch(card, knobs, own_folders(vault), as_json=as_json)))
        return 0
    sides = [Contender(card, knobs)]
    if beside is not None:
        sides.append(against(beside, sides[0], catalog))
    for side in sides:
        try:
            side.with_seed((seeds or 1) - 1)
        except KnobError as error:
            parser.error(f"--seeds {seeds} goes too far: {error}")
    asyncio.run(run_beside(sides, seeds or 1, own_folders(vault), as_json=as_json))
    return 0


def demo_parser(catalog: Catalog, name: str | None) -> argparse.ArgumentParser:
    """Make the parser for one demo's knobs; for every demo's if the demo is unknown."""
    parser = argparse.ArgumentParser(
        prog="studyapp demo",
        description="Train one method live on the toy model.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "name",
        nargs="?",
        metavar="NAME",
        help="the demo; or `compare`, `new`, `trust` (see studyapp demo compare -h …)",
    )
    parser.add_argument(
        "--vault", metavar="DIR", help="the vault whose own demos count; by default the last one opened"
    )
    parser.add_argument("--list", action="store_true", help="show the demos and their knobs")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    found = catalog.find([name]) if name else None
    own = {knob.name for knob in found.knobs} if found else set[str]()
    if "seeds" not in own:
        words = "run it with N seeds, one after another; shows the median, the worst and the best"
        parser.add_argument("--seeds", dest="many_seeds", type=seeds_of, metavar="N", help=words)
    if "against" not in own:
        words = "run another method, or this one with other knobs, beside it: METHOD or METHOD/knob=value"
        parser.add_argument("--against", dest="beside", metavar="METHOD", help=words)
    for card in [found] if found else catalog.demos:
        for knob in card.knobs:
            with contextlib.suppress(argparse.ArgumentError):  # another demo has a knob with that name
                flags = dict.fromkeys((f"--{knob.name}", f"--{knob.name.replace('_', '-')}"))
                words = f"{knob.help}; {knob.domain()}".replace("%", "%%")
                parser.add_argument(*flags, dest=knob.name, metavar="X", help=words)
    return parser


def _option(knob: Knob) -> str:
    """A knob with its default, as it is typed."""
    default, name = knob.default, knob.name.replace("_", "-")
    if isinstance(default, bool):
        return f"--{name}={'yes' if default else 'no'}"
    return f"--{name}={default:g}" if isinstance(default, float) else f"--{name}={default}"


def _list(catalog: Catalog, *, as_json: bool) -> int:
    for card in catalog.demos:
        if as_json:
            knobs = [{"name": k.name, "default": k.default, "takes": k.domain(), "help": k.help} for k in card.knobs]
            told: dict[str, Any] = {"name": card.name, "title": card.title, "idea": card.idea, "knobs": knobs}
            told |= {"trained": card.trained, "question": card.question, "answers": card.answers}
            told["next"] = [{"knob": knob, "value": value, "asks": asks} for knob, value, asks in card.next]
            print(json.dumps(told))
        else:
            print(f"{card.name:18}{visible(card.title, newlines=False)}: {visible(card.idea, newlines=False)}")
            print(" " * 18 + " ".join(map(_option, card.knobs)))
    for line in () if as_json else own_lines(catalog):
        print(line)
    for broken in catalog.broken:
        print(f"{broken.name}: can't be read: {broken.why}", file=sys.stderr)
    return 0


async def _watch(card: DemoCard, knobs: Mapping[str, KnobValue], own: Sequence[Path], *, as_json: bool) -> DemoRun:
    """Run a demo and print it."""
    run = DemoRun(card.name, knobs)
    out = FrameLines(sys.stdout)
    if not as_json:
        out.begin(safe_card(card), knobs)
    async with DemoRunner(own) as runner, aclosing(runner.run(card.name, knobs)) as frames:
        async for frame in frames:
            run.take(frame)
            if as_json:
                print(frame_json(frame), flush=True)
            else:
                out.show(frame)
    if run.summary is None:
        raise DemoFailedError("the demo ended without a result")
    if not as_json:
        out.end(safe_card(card), run)
    return run
