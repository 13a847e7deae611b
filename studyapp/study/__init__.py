"""What the user does with a vault: review, search, read, examine."""
