"""The demos that cards name, and a run as a card."""
