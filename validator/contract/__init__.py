"""The contract: what is documented of the API, and how to tell where a value breaks it."""
