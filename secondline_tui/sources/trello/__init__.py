"""Trello, through py-trello (developer.atlassian.com/cloud/trello)."""
