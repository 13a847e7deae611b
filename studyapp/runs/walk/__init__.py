"""A walk through one forward pass, step by step."""
