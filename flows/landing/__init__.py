"""Landing: from files in a folder to rows in `raw`, each once, with nothing lost unseen."""

from __future__ import annotations

from flows.landing.run import FileReport, LandingFolderMissing, LandingReport, land
from flows.landing.sources import SourceSettingWrong

__all__ = ["FileReport", "LandingFolderMissing", "LandingReport", "SourceSettingWrong", "land"]
