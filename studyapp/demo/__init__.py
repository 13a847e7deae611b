"""Demos as the app and the command line use them: their process, their results, their figure. No screen, no torch."""
