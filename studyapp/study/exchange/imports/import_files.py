"""The files that an import makes; its media may be more than fits into memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from studyapp.core.errors import StudyError
from studyapp.study.exchange.known.collect import ExchangeProgress
from studyapp.study.exchange.reading.incoming import ImportSource

_SPARE: Final = 50_000_000
"""Bytes that an import leaves free."""


class ImportFiles(Mapping[str, bytes]):
    """Notes, and media that are read whenever they are asked for; StudyError if there is no room for all of them."""

    def __init__(
        self,
        root: Path,
        notes: Mapping[str, bytes],
        source: ImportSource,
        media: Mapping[str, str],
        tell: ExchangeProgress,
    ) -> None:
        """Begin with the bytes of each note, and the name in the source of each file of the media, by their paths."""
        self._notes, self._source, self._media, self._tell = notes, source, media, tell
        self._read = set[str]()
        self._room = shutil.disk_usage(root).free - _SPARE

    def __getitem__(self, path: str) -> bytes:
        if path in self._notes:
            return self._notes[path]
        data = self._source.file(self._media[path])
        if path not in self._read:
            self._read.add(path)
            self._tell(len(self._read), len(self._media))
            self._room -= len(data)
            if self._room < 0:
                raise StudyError("the media unpack to more than there is room for; nothing was written")
        return data

    def __iter__(self) -> Iterator[str]:
        paths: Sequence[str] = [*self._notes, *self._media]
        return iter(paths)

    def __len__(self) -> int:
        return len(self._notes) + len(self._media)
