"""What threads report to the app; the writer's messages are in `services.reports`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

from msgspec import Struct
from textual.message import Message

from studyapp.core.errors import Problem
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.plural import count
from studyapp.core.vault.decks import Deck
from studyapp.core.visible import visible

if TYPE_CHECKING:
    from demos.catalog import Catalog
    from studyapp.core.workspace.renames import Lineage
    from studyapp.study.reader.library import Library


@dataclass_transform()
class FieldMessage(Message):
    """A message with the fields that its class names: like a dataclass, but much quicker to define."""

    _names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls._names = (*cls._names, *cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        """Take the fields, in order or by name."""
        super().__init__()
        given = dict(zip(self._names, values, strict=False), **named)
        if len(values) > len(self._names) or given.keys() != set(self._names):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self._names) or 'nothing'}")
        self.__dict__.update(given)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(getattr(self, name) == getattr(other, name) for name in self._names)

    __hash__ = None  # type: ignore[assignment]  # as of a dataclass: its fields may change

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._names)})"


class Recoloured(Message, bubble=False):
    """Colours came or went; what is drawn in another way without them is drawn again."""


class Unsaved(Struct, frozen=True):
    """An action that exists only in memory."""

    action: Action
    why: str
    """Empty while it is being written."""


class Unwritten(Struct, frozen=True):
    """What has not reached its note yet."""

    waiting: tuple[Action, ...] = ()
    """Kept in the review log."""
    unsaved: tuple[Unsaved, ...] = ()
    """Kept in memory: the review log cannot be written."""

    @property
    def notes(self) -> set[str]:
        """Whole notes with a grade that has not reached them yet."""
        actions = [*self.waiting, *(kept.action for kept in self.unsaved)]
        return {action.card.path for action in actions if action.kind is ActionKind.NOTE}


class VaultRead(FieldMessage):
    """The notes have been read."""

    decks: Deck | None
    """With their counts; None where no screen shows them."""


class LogRead(Message):
    """The review log has been read, which took a while."""


class ReadFailed(FieldMessage):
    """Reading the notes failed unexpectedly."""

    error: Exception


class ThreadFailed(FieldMessage):
    """A thread ended with an error that nothing caught, so its result will never come."""

    name: str
    error: BaseException | None


class KeysChecked(FieldMessage):
    """The keys in the settings have been checked against the bindings."""

    problems: list[Problem]


class DemosRead(FieldMessage):
    """The demos' declarations have been read."""

    catalog: Catalog


class LibraryRead(FieldMessage):
    """The files and aliases of the vault are known."""

    library: Library


class PictureDrawn(FieldMessage):
    """A picture on the screen has been decoded, or could not be."""


class LineageTraced(FieldMessage):
    """Cards that were edited elsewhere have been identified."""

    lineage: Lineage


def farewell(left: Iterable[Unsaved]) -> Iterable[str]:
    """What could not be saved anywhere, with all that is needed to enter it by hand."""
    kept = list(left)
    if kept:
        yield f"studyapp: {count(len(kept), 'grade')} could not be saved: {visible(kept[-1].why)}"
    for unsaved in kept:
        action = unsaved.action
        what = action.grade or "reset"
        yield visible(
            f"  {action.card}: {what} at {action.at:%Y-%m-%d %H:%M}, schedule entry !{action.after}", newlines=False
        )
