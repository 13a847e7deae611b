"""A review: its cards, whole notes, and what is studied besides what is due."""
