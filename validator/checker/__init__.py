"""The checker: documents and exchanges in, findings out."""
