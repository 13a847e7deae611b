"""The settings, and what a choice of one would bring, as rows."""
