"""One open vault: the only code that writes into notes."""
