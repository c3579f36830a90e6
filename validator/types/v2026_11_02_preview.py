"""The documents of api-version 2026-11-02-preview as types, from its schemas: written by `make golden`."""

from .v2026_06_02_preview import *
