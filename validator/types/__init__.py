"""The documents of the API as types: a TypedDict for each definition, and a Literal for each enum.

These are the types of the default api-version. Each other version has a module, such as `validator.types.v2026_06_01`.
"""

from .v2025_03_01 import *  # noqa: F403
