"""The questions to export, their history, and how they are recognised elsewhere."""
