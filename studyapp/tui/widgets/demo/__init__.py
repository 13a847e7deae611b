"""The page of a demo: its panes, their places, what they say."""
