"""A platform for calls for ideas about public data. `ideas.app` holds the factory; each room is imported by name."""
