"""Notes that are reviewed whole."""
