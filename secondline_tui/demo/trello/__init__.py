"""A simulated Trello."""
