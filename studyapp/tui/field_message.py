"""Messages that carry what they tell."""

from __future__ import annotations

from typing import Any, ClassVar, dataclass_transform

from textual.message import Message


@dataclass_transform()
class FieldMessage(Message):
    """A message with the fields that its class names: like a dataclass, but the class is made in an instant."""

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
