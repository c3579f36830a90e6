"""The documents of api-version 2025-08-01-preview as types, from its schemas: written by `make golden`."""

from .v2025_04_01_preview import *
