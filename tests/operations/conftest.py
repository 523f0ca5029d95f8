"""One running whole for what an operator does to it."""

from support.running import on, system, whole

__all__ = ["on", "system", "whole"]
