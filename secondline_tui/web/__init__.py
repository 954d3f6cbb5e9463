"""The wallboard in a browser: one process polls, and any number of viewers look. Standard library only; GET only."""
