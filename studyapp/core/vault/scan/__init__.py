"""The files of the notes: which have changed, and what these hold now."""
