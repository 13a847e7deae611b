"""The safe write: replace a file and lose no other program's write."""
