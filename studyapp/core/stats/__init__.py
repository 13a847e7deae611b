"""Numbers about what was reviewed and about what stands in the notes; pure, and given the time and the zone."""
