"""An update run as data: its objects, its facts, and its history."""
