"""A review line by line, for screen readers and pipes."""
