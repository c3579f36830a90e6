"""The contract: the documented schemas of the API, and the schema errors of a value."""
