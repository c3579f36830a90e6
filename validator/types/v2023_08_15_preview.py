"""The documents of api-version 2023-08-15-preview as types, from its schemas: written by `make golden`."""

from .v2023_10_15 import *
