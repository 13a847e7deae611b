"""A stylesheet that is parsed anew only when that makes a difference."""

from __future__ import annotations

from textual.css.stylesheet import Stylesheet


class KeptStylesheet(Stylesheet):
    """Textual parses all styles once more when it takes the first theme, whose variables they have already."""

    def __init__(self, variables: dict[str, str]) -> None:
        """Begin with the variables of the first theme."""
        super().__init__(variables=variables)
        self._given = variables
        self._is_stale = False

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take the variables of a theme."""
        if variables != self._given:
            self._given, self._is_stale = variables, True
            super().set_variables(variables)

    def reparse(self) -> None:
        """Apply the variables, if they are others."""
        if self._is_stale:
            self._is_stale = False
            super().reparse()
