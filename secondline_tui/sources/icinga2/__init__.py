"""Icinga 2, over its REST API (icinga.com/docs: Icinga 2 API)."""
