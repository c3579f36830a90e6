"""The documents of api-version 2026-06-01 as types, from its schemas: written by `make golden`."""

from .v2026_03_02_preview import *
