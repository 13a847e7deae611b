"""The settings, and what decides some of them: a fit, the cost of a retention."""
