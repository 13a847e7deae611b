"""Notes as one reads them, and the demos that they name."""
