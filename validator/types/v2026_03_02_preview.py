"""The documents of api-version 2026-03-02-preview as types, from its schemas: written by `make golden`."""

from .v2026_02_01_preview import *
