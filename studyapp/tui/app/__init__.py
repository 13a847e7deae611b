"""The app: its screens' frame, keys, themes and navigation."""
