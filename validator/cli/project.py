"""The settings of the project that a command is run in."""

from __future__ import annotations

import os

from ..checker.settings import Settings, SettingsError, settings_for
from .output import Failed


def project_settings() -> Settings:
    """Return the settings that apply in the current folder. Raises Failed for wrong ones."""
    try:
        return settings_for(os.curdir)
    except SettingsError as error:
        raise Failed(str(error)) from error
