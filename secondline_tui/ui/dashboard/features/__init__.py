"""What can be done with the dashboard, each feature by itself."""
