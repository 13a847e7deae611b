"""Anki's packages: their files, tables and columns."""
