"""Questions, written as files for other programs."""
