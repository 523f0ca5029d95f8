"""One running whole for the stories of this folder."""

from support.running import on, system, whole

__all__ = ["on", "system", "whole"]
