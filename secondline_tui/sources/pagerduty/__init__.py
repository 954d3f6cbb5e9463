"""PagerDuty, over its REST API v2 (developer.pagerduty.com), through pdpyras."""
