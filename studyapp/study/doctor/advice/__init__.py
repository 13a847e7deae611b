"""Which other settings would fit a vault better, and what they would change."""
