"""Zendesk Support, through zenpy."""
