"""The app: frame, keys, themes and navigation."""
