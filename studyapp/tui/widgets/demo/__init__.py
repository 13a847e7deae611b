"""A demo: the panes of its page and their places, its source, what a walk through it says."""
