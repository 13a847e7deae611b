from __future__ import annotations

import pytest

from studyapp.tui.messages import FieldMessage


class Told(FieldMessage):
    what: str
    how_often: int


class ToldBy(Told):
    who: str


class Nothing(FieldMessage):
    """Carries nothing."""


def test_a_message_takes_its_fields_in_order_and_by_name_those_of_the_base_first() -> None:
    message = ToldBy("it", 3, who="me")
    assert (message.what, message.how_often, message.who) == ("it", 3, "me")
    assert repr(message) == "ToldBy(what='it', how_often=3, who='me')"


def test_messages_are_the_same_if_their_kind_and_fields_are() -> None:
    assert Told("it", 3) == Told("it", 3) != Told("it", 4)
    assert Nothing() == Nothing() != Told("it", 3)


@pytest.mark.parametrize("values", [(), ("it",), ("it", 3, "me")])
def test_a_field_too_few_or_too_many_is_an_error(values: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match="Told takes what, how_often"):
        Told(*values)  # type: ignore[arg-type]  # too many, or too few
