"""What was done, on every device: the review logs and what follows from them."""
