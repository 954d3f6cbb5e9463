"""The wallboard: the same engine on a screen that only shows. Imports nothing that could act."""
