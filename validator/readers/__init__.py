"""Readers of captures: from bytes to documents and exchanges."""
