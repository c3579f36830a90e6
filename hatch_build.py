"""The README as a package index shows it, where nothing is next to it: its links lead to the repository."""

from __future__ import annotations

import re
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class ReadmeHook(MetadataHookInterface):
    """Sets the field `readme` of the metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the README with absolute links: pictures as they are, everything else as a page of the repository."""
        repository = metadata["urls"]["Homepage"]
        with open(f"{self.root}/README.md", encoding="utf-8") as stream:
            text = stream.read()
        text = re.sub(r"(!\[[^]]*\]\()(?!https?:|#)", rf"\1{repository}/raw/HEAD/", text)
        text = re.sub(r"((?<!!)\[[^]]*\]\()(?!https?:|#)", rf"\1{repository}/blob/HEAD/", text)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
