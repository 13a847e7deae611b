"""What is wrong or surprising in a vault: where, why, what to do about it, and the edits that would mend it."""
