"""The vault: which one is open, and what is wrong in it."""
