"""Readers: bytes in, documents and exchanges out."""
