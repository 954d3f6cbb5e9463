"""Polling: one poller a source, one store for all. Knows ports and the domain, neither services nor screens."""
