"""What a displayed text needs from the vault: the notes that it embeds, and their pictures."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual.color import Color

from studyapp.tui.host import Host
from studyapp.tui.messages import LibraryRead, PictureDrawn

if TYPE_CHECKING:
    from studyapp.study.reader.library import Library
    from studyapp.tui.pictures.gallery import Gallery
    from studyapp.tui.render import Rendered
    from studyapp.tui.render.looks import Palette
    from studyapp.tui.widgets.cards.card_view import Render, Spans

_TERMINAL = 2
"""Standard error, on which the app paints."""


class Embeds:
    """Creates what is needed on first use: most cards are plain text."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.library: Library | None = None
        """None until files and aliases have been read."""
        self._gallery: Gallery | None = None
        self._reading = self._again = False

    @property
    def are_known(self) -> bool:
        """Whether the vault's files are known as they are now; else one that isn't found may be there."""
        return self.library is not None and not self._reading

    def close(self) -> None:
        """Start no more pictures."""
        if self._gallery is not None:
            self._gallery.close()

    def read(self) -> None:
        """Read the vault's files and aliases, on a thread."""
        self._again = self._reading
        if not self._reading:
            self._reading = True
            threading.Thread(target=self._read, name="library", daemon=True).start()

    def read_again(self) -> None:
        """Read what has been read before: files may have come or gone."""
        if self._reading or self.library is not None:
            self.read()

    def take(self, library: Library) -> None:
        """Use what was read."""
        self.library, self._reading = library, False
        if self._again:
            self.read()

    def _read(self) -> None:
        from studyapp.study.reader.library import Library

        try:
            library = Library(self._host.workspace.vault)
        except BaseException:
            self._reading = False
            raise
        with suppress(RuntimeError):  # the app has ended
            self._host.post_message(LibraryRead(library))

    def renderer(self, path: str, key: str = "") -> Render:
        """What renders a note's text, with its embeds; `key` opens pictures that can't be drawn."""
        from studyapp.tui.render import Embedded, render_note

        def render(
            markdown: str, *, width: int, height: int, spans: Spans, palette: Palette, taken: frozenset[str]
        ) -> Rendered:
            library = self.library
            if "![" not in markdown and "<img" not in markdown:
                return render_note(markdown, width=width, spans=spans, palette=palette, taken=taken)
            if library is None and not self._reading:
                self.read()
            embedded = Embedded(library.embedded, path) if library is not None else None
            rendered = render_note(
                markdown, width=width, spans=spans, palette=palette, embedded=embedded, taken=taken
            )
            if library is None:
                return rendered
            sure = self.are_known
            return self._pictures().place(rendered, path, width, height, palette=palette, key=key, sure=sure)

        return render

    def _pictures(self) -> Gallery:
        if self._gallery is None:
            from studyapp.tui.pictures.gallery import Gallery
            from studyapp.tui.pictures.terminals import Graphics, graphics_of

            graphics = graphics_of(os.environ)
            self._gallery = Gallery(self._find, graphics, (0, 0, 0), self._ready, self._send)
            if graphics is Graphics.SIXEL:
                from studyapp.tui.pictures.sixel import Slices, cell_size

                self._gallery.slices, self._gallery.cell = Slices(), cell_size(_TERMINAL)
                self._host.add_filter(self._gallery.slices)
        background = Color.parse(self._host.get_css_variables().get("background", "#000000"))
        self._gallery.background = background.rgb
        return self._gallery

    def _find(self, target: str, path: str) -> Path | None:
        return self.library.file(target, path) if self.library is not None else None

    def _ready(self) -> None:
        with suppress(RuntimeError):  # the app has ended
            self._host.post_message(PictureDrawn())

    def _send(self, data: str) -> None:
        write: Callable[[str], None] | None = getattr(getattr(self._host, "_driver", None), "write", None)
        if write is not None and not self._host.is_headless:
            write(data)
