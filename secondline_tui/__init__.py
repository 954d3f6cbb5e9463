"""One terminal screen for the person on a support shift."""

__version__ = "0.1.0"
