"""Grafana's unified alerting and dashboards, over its HTTP API."""
