"""Which update run a document is about."""

from __future__ import annotations

RUN_TYPE = "Microsoft.ContainerService/fleets/updateRuns"
"""The resource type of update runs."""
