"""The sounds that a text embeds."""

from __future__ import annotations

import pytest

from studyapp.study.reader.sounds import sounds_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("![[dog.mp3]] and ![[b/cat.OGG|x]]", ["dog.mp3", "b/cat.OGG"]),
        ("![](dog%20one.wav)", ["dog one.wav"]),
        ('<audio src="a.flac"></audio> <audio><source src=b.m4a></audio>', ["a.flac", "b.m4a"]),
        ("[sound:a.mp3] ![[b.mp3]]\n[sound:c.mp3]", ["a.mp3", "b.mp3", "c.mp3"]),
        ("[[dog.mp3]] ![[picture.png]] ![[note]] `![[code.mp3]]`", []),
        ("![web](https://a.b/x.mp3)", []),
    ],
)
def test_embedded_sounds_are_found_in_their_order(text: str, found: list[str]) -> None:
    assert sounds_of(text) == found
