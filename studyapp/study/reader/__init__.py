"""Reading notes, and the demos that they name."""
