"""The documents of api-version 2024-02-02-preview as types, from its schemas: written by `make golden`."""

from .v2024_04_01 import *
