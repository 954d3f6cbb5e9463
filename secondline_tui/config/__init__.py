"""The configuration: what may stand in it, how it is found and read, and where its secrets are."""
