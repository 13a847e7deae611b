"""What a person does with a vault: review, search, read, examine."""
