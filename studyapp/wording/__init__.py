"""How numbers, cards and reviews are put into words."""
