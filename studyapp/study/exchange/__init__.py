"""Cards exported to other programs, and imported from them."""
