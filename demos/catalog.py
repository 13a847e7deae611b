"""What demos there are, read from their source without running it.

A demo file imports torch, which takes more than a second; its declarations are literals (see `demos.frame`), so the
gallery, the links and the command line read them from the syntax tree instead. Eleven files take a few milliseconds.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import functools
import os
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from demos.arithmetic import Term, Worked, holds, names_of, value_of, work_out
from demos.frame import USUAL, Knob, KnobValue, settle
from demos.headings import mentioned, plain_name, same_case, spellings
from demos.shape import TOY, Shape

T = TypeVar("T")

HERE = Path(__file__).parent

LARGEST = 1_000_000
"""The most bytes of a demo's file."""
_LONGEST = 4_000
"""Characters of a text that a demo declares."""
_MOST = 64
"""Of anything that a demo declares several of."""
_HIGHEST = 1e12
"""A number of a knob; a screen has room for no more digits."""
_PARSING = threading.Lock()
"""Where two threads make syntax trees at once, Python 3.11 may fail with a `SystemError` about their depth."""

ORDER = (
    "in_context",
    "feature_based",
    "finetuning_1",
    "finetuning_2",
    "hard_prompt",
    "soft_prompt",
    "prefix",
    "adapters",
    "lora",
    "llama_adapter",
    "llama_adapter_v2",
)
"""The order in which the note teaches them; others follow by name."""

TOTAL = TOY.total
"""Numbers in the toy base model."""

SHARED = {"model": HERE / "toy" / "model.py", "training loop": HERE / "toy" / "train.py"}
"""The files that every demo uses and that one reads after it, by what they hold."""

TEXTS = ("TITLE", "IDEA", "PAPER", "BLOCK", "QUESTION")

_DECLARES = re.compile(rb"^(?:TITLE|KNOBS|METHOD)\s*[:=]", re.MULTILINE)
_RUN = re.compile(rb"^def run\(", re.MULTILINE)
_CODE = re.compile(rb"^(?:def \w+\(|class \w+[(:]|async def |@\w)", re.MULTILINE)


class CatalogError(ValueError):
    """There is no demo of that name, or its file cannot be read; the message says what there is."""


@dataclass(frozen=True, slots=True)
class DemoCard:
    """What a demo declares about itself."""

    name: str
    """The file's name without `.py`: what links, results and the command line call it."""
    title: str
    method: tuple[str, ...]
    idea: str
    paper: str
    block: str
    question: str
    knobs: tuple[Knob, ...]
    path: Path
    count: tuple[Term, ...] = ()
    """What is trained, as formulas; none where the demo does not say."""
    answers: tuple[str, ...] = ()
    """What can be guessed of its question."""
    next: tuple[tuple[str, KnobValue, str], ...] = ()
    """What to try after a run: a knob, a value of it, and what that asks."""
    start: str = ""
    """Why it starts where it starts: a line, or one for each setting."""
    twice: str = ""
    """What doubling something costs, where that is not a count of trained numbers."""

    def worked(self, knobs: Mapping[str, KnobValue], shape: Shape = TOY) -> tuple[Worked, ...]:
        """Work out what is trained with some knobs, every one of them given."""
        return work_out(self.count, knobs, shape)

    def trains(self, knobs: Mapping[str, KnobValue], shape: Shape = TOY) -> int | None:
        """Count the numbers that are trained; None where the demo does not say."""
        return sum(worked.value for worked in self.worked(knobs, shape)) if self.count else None

    @property
    def trained(self) -> int | None:
        """Numbers trained with the default knobs; None where the demo does not say."""
        return self.trains(self.settle({}))

    @property
    def own(self) -> bool:
        """Whether it is a person's own, not one that comes with the program."""
        return self.path.parent != HERE

    def settle(self, given: Mapping[str, object]) -> dict[str, KnobValue]:
        """Every knob with its value: the one given, else the default.

        Raises:
            KnobError: for a name that is not a knob of this demo, or a value that the knob does not take.
        """
        return settle(self.knobs, given)

    def answers_to(self) -> frozenset[str]:
        """Give every name of the demo, in the form that `plain_name` gives."""
        return frozenset(plain_name(text) for text in (self.name, self.title, *self.method)) - {""}


@dataclass(frozen=True, slots=True)
class BrokenDemo:
    """A file that should declare a demo and does not."""

    name: str
    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """All demos of some folders."""

    demos: tuple[DemoCard, ...]
    broken: tuple[BrokenDemo, ...] = ()

    def get(self, name: str) -> DemoCard:
        """Find a demo by its name, its title or a heading that it belongs to.

        Raises:
            CatalogError: if there is none, or its file cannot be read.
        """
        for demo in self.demos:
            if demo.name == name:
                return demo
        for broken in self.broken:
            if broken.name == name:
                raise CatalogError(f"the demo {name!r} cannot be read: {broken.why} ({broken.path})")
        found = self.find([name])
        if found is not None:
            return found
        names = [demo.name for demo in self.demos]
        close = difflib.get_close_matches(plain_name(name[:80]).replace(" ", "_"), names, n=1)
        hint = f" (did you mean {close[0]}?)" if close else f"; there are {', '.join(names)}" if names else ""
        raise CatalogError(f"there is no demo {name[:40]!r}{hint}")

    def find(self, names: Iterable[str]) -> DemoCard | None:
        """Find the demo that the first name that means one means, or None."""
        return next(iter(self.find_all(names)), None)

    def find_all(self, names: Iterable[str]) -> tuple[DemoCard, ...]:
        """Find every demo that one of the names means, in the order of the names."""
        found: dict[str, DemoCard] = {}
        table = [(demo, demo.answers_to()) for demo in self.demos]
        methods = [(demo, (demo.title, *demo.method)) for demo in self.demos]
        for name in names:
            for spelling in spellings(name):
                hits = [demo for demo, answers in table if spelling in answers and same_case(name, demo.method)]
                found.update((demo.name, demo) for demo in hits)
                if hits:
                    break
            found.update((demo.name, demo) for demo in mentioned(name, methods))
        return tuple(found.values())


def load(*folders: Path) -> Catalog:
    """Read the declarations of every demo in some folders; a file that cannot be read is broken alone.

    Args:
        folders: the built-in demos if none is given. Where two hold the same name, the first counts.
    """
    demos: dict[str, DemoCard] = {}
    broken: dict[str, BrokenDemo] = {}
    for folder in folders or (HERE,):
        for path in sorted(folder.glob("*.py")):
            name = path.stem
            if name in demos or name in broken or not name.isidentifier():
                continue
            try:
                source = _source(path)
                if _DECLARES.search(source):
                    demos[name] = read_card(path, source)
            except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
                broken[name] = BrokenDemo(name, path, str(error) or type(error).__name__)
    rank = {name: place for place, name in enumerate(ORDER)}
    in_order = sorted(demos, key=lambda name: (rank.get(name, len(ORDER)), name))
    return Catalog(tuple(demos[name] for name in in_order), tuple(broken[name] for name in sorted(broken)))


@functools.cache
def catalog() -> Catalog:
    """Give the built-in demos and those of the folders in `STUDYAPP_DEMOS`; read once, when first asked for."""
    return load(*folders())


def _source(path: Path) -> bytes:
    if not path.is_file():  # a pipe would make the reader wait for ever
        raise OSError("it is not a file")
    if path.stat().st_size > LARGEST:
        raise OSError(f"it is larger than {LARGEST:,} bytes")
    return path.read_bytes()


def folders() -> tuple[Path, ...]:
    """Give the folders that demos are looked for in: the built-in one, then a person's own from `STUDYAPP_DEMOS`."""
    own = os.environ.get("STUDYAPP_DEMOS", "")
    return (HERE, *(Path(part).expanduser() for part in own.split(os.pathsep) if part))


def read_card(path: Path, source: bytes) -> DemoCard:
    """Read one demo's declarations from its source.

    Raises:
        SyntaxError: if it is no Python.
        ValueError: if a declaration is missing (they stand above the first class and function), no literal, or of
            the wrong type; the message names the line.
    """
    if not _RUN.search(source):
        raise ValueError("it has no function `run`")
    nodes: dict[str, ast.expr] = {}
    for statement in _top(source, path.name):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                nodes[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                nodes[name] = value
    missing = [name for name in (*TEXTS, "METHOD", "KNOBS") if name not in nodes]
    if missing:
        raise ValueError(f"it does not declare {', '.join(missing)}")
    texts = {name: _literal(nodes[name], name, str) for name in TEXTS}
    method = _literal(nodes["METHOD"], "METHOD", tuple)
    if not all(isinstance(name, str) for name in method):
        raise ValueError(f"METHOD holds texts only (line {nodes['METHOD'].lineno})")
    if not texts["TITLE"].strip():
        raise ValueError(f"TITLE is empty (line {nodes['TITLE'].lineno})")
    return DemoCard(
        name=path.stem,
        title=texts["TITLE"],
        method=method,
        idea=texts["IDEA"],
        paper=texts["PAPER"],
        block=texts["BLOCK"].strip("\n"),
        question=texts["QUESTION"],
        knobs=(knobs := _knobs(nodes["KNOBS"])),
        path=path,
        count=_count(nodes["COUNT"], knobs) if "COUNT" in nodes else (),
        answers=_rows(nodes["ANSWERS"], "ANSWERS", str) if "ANSWERS" in nodes else (),
        next=_next(nodes["NEXT"], knobs) if "NEXT" in nodes else (),
        start=_literal(nodes["START"], "START", str).strip("\n") if "START" in nodes else "",
        twice=_literal(nodes["TWICE"], "TWICE", str) if "TWICE" in nodes else "",
    )


def _top(source: bytes, name: str) -> list[ast.stmt]:
    """Parse a file down to its first class or function: the rest takes most of the time, and declares nothing."""
    code = _CODE.search(source)
    with _PARSING:
        if code:
            with contextlib.suppress(SyntaxError):  # such a line may also stand within a text
                return ast.parse(source[: code.start()], filename=name).body
        return ast.parse(source, filename=name).body


def _literal(node: ast.expr, name: str, kind: type[T]) -> T:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError):
        raise ValueError(f"{name} is no literal (line {node.lineno})") from None
    if not isinstance(value, kind):
        raise ValueError(f"{name} is no {kind.__name__} (line {node.lineno})")  # noqa: TRY004  # one error a file
    if not _is_small(value):
        raise ValueError(f"{name} is too long (line {node.lineno})")
    return value


def _is_small(value: object) -> bool:
    """Whether a screen has room for a value."""
    match value:
        case str():
            return len(value) <= _LONGEST
        case tuple():
            return len(value) <= _MOST and all(map(_is_small, value))
        case int() | float():
            return abs(value) <= _HIGHEST
    return True


def _rows(node: ast.expr, name: str, kind: type[T]) -> tuple[T, ...]:
    rows = _literal(node, name, tuple)
    if not all(isinstance(row, kind) for row in rows):
        raise ValueError(f"{name} holds something else than {kind.__name__} (line {node.lineno})")
    return rows


def _count(node: ast.expr, knobs: tuple[Knob, ...]) -> tuple[Term, ...]:
    terms = []
    for row in _rows(node, "COUNT", tuple):
        if not (2 <= len(row) <= 3 and all(isinstance(text, str) for text in row)):
            raise ValueError(f"COUNT holds (name, formula[, setting]) only (line {node.lineno})")
        terms.append(Term(*row))
    defaults = settle(knobs, {})
    try:
        for term in terms:
            holds(term.when, defaults)
            value_of(term.formula, names_of(defaults))
    except ValueError as error:
        raise ValueError(f"COUNT: {error} (line {node.lineno})") from None
    return tuple(terms)


def _next(node: ast.expr, knobs: tuple[Knob, ...]) -> tuple[tuple[str, KnobValue, str], ...]:
    known = {knob.name: knob for knob in knobs}
    found = []
    for row in _rows(node, "NEXT", tuple):
        match row:
            case (str(name), value, str(question)) if name in known:
                found.append((name, known[name].value(value), question))
            case _:
                raise ValueError(f"NEXT holds (knob, value, question) only (line {node.lineno})")
    return tuple(found)


def _knobs(node: ast.expr) -> tuple[Knob, ...]:
    if not isinstance(node, ast.Tuple):
        raise ValueError(f"KNOBS is no tuple written out (line {node.lineno})")  # noqa: TRY004  # one error a file
    knobs = tuple(knob for item in node.elts for knob in _knobs_of(item))
    names = [knob.name for knob in knobs]
    if len(set(names)) < len(names):
        raise ValueError(f"KNOBS names a knob twice (line {node.lineno})")
    if len(names) > _MOST:
        raise ValueError(f"KNOBS has more than {_MOST} knobs (line {node.lineno})")
    return knobs


def _knobs_of(node: ast.expr) -> tuple[Knob, ...]:
    match node:
        case ast.Starred(value=ast.Name(id="USUAL") | ast.Attribute(attr="USUAL")):
            return USUAL
    return (_knob(node),)


def _knob(node: ast.expr) -> Knob:
    match node:
        case ast.Call(func=ast.Name(id="Knob") | ast.Attribute(attr="Knob"), args=args, keywords=keywords):
            pass
        case _:
            raise ValueError(f"KNOBS holds something else than Knob(…) (line {node.lineno})")
    try:
        given = [ast.literal_eval(arg) for arg in args]
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in keywords if keyword.arg}
        knob = Knob(*given, **named)
    except (ValueError, TypeError) as error:
        raise ValueError(f"a Knob without literal arguments (line {node.lineno}): {error}") from None
    numbers, plain = (knob.low, knob.high), (bool, int, float, str)
    if (
        not (isinstance(knob.name, str) and knob.name.isidentifier() and isinstance(knob.help, str))
        or not isinstance(knob.default, int | float | str | bool)
        or not all(n is None or isinstance(n, int | float) for n in numbers)
        or not isinstance(knob.choices, tuple)
        or not all(type(choice) in plain for choice in knob.choices)
    ):
        raise ValueError(f"a Knob with an argument of the wrong type (line {node.lineno})")
    if not all(map(_is_small, (knob.name, knob.help, knob.default, knob.choices, *filter(None, numbers)))):
        raise ValueError(f"a Knob with a text, a number or choices too long to show (line {node.lineno})")
    knob.value(knob.default)
    return knob
