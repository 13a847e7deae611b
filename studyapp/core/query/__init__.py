"""Finding cards by words and by what is known of them: a small language, and SQLite that answers it."""
