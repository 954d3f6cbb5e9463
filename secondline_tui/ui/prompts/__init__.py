"""Prompts: what a person is asked before something is done, each a screen above the dashboard."""
