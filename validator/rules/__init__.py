"""The rules: what an update run is, beyond its structure."""
