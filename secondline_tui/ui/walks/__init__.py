"""Walks: what is gone through step by step, at the start and at the end of a shift."""
