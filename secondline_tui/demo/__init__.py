"""Simulated services on loopback, in one scripted world. Imports nothing of `sources`: an independent witness."""
