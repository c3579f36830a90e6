"""Independent judges of generated documents: the provider's SDKs, and the published definitions."""
