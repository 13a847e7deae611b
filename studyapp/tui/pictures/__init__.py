"""The vault's pictures in a terminal: decoded within bounds, drawn in half blocks or by terminal graphics."""
