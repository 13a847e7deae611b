"""Pictures of a vault in a terminal: decoded within bounds, drawn in half blocks, or by kitty's or sixel graphics."""
