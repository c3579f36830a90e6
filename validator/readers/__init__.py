"""Readers: from the bytes of a file to documents and exchanges."""
