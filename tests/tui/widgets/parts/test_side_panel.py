"""The panel beside a screen's main part."""

from __future__ import annotations

from studyapp.tui.screens.decks.beside import own_notes
from studyapp.tui.widgets.parts.side_panel import SidePanel


def test_a_panel_that_is_not_laid_out_yet_draws_nothing() -> None:
    panel = SidePanel()
    panel.show([own_notes("V", "decks.vaults")])
    assert str(panel.render()) == ""
