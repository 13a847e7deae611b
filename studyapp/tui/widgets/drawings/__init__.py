"""Drawn numbers: charts, plots and their colours."""
