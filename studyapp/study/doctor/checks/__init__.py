"""The doctor's checks, one family a file."""
