"""What stands at the edge of every screen: the places, the way there, notices, the keys."""
