"""`studyapp demo`: runs in the shell, what they need, and the user's own demos."""
