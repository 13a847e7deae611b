"""The review line by line, for screen readers, braille lines and pipes."""
