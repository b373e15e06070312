"""Widgets of the workbench: line-API painters fed with plain values."""
