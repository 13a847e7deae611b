"""Files of a package get names that vaults and links allow."""

from __future__ import annotations

from studyapp.study.exchange.fields.markdown import convert
from studyapp.study.exchange.fields.media_names import file_names


def test_files_whose_names_are_the_same_on_some_systems_get_names_of_their_own() -> None:
    names = file_names(["a.png", "A.png", "\xe9.png", "e\u0301.png", "b.png", "c#.png"])
    assert len({name.casefold() for name in names.values()}) == 6
    assert names["b.png"] == "b.png"
    assert names["a.png"] == file_names(["A.png", "a.png"])["a.png"] != "a.png"
    assert convert('<img src="a.png">', names).text == f"![[{names['a.png']}]]"
