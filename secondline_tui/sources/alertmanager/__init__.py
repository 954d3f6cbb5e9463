"""Prometheus Alertmanager, API v2 (its own description: api/v2/openapi.yaml of prometheus/alertmanager)."""
