"""The three figures of the study note, drawn from code and from our own runs: `python -m demos.figures`."""
