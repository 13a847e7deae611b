"""Cards on their way to other programs, and from them."""
