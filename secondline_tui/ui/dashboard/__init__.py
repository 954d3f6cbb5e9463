"""The interactive dashboard."""
