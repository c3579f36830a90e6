"""The checker: from documents and exchanges to findings."""
