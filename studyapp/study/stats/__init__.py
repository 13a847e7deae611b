"""Numbers about past reviews and the days ahead."""
