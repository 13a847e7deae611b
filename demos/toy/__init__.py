"""The toy model that every demo adapts."""
