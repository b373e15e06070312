"""Screens of the workbench: they compose widgets and call the desk."""
