"""Settings: the typed schema, and loading with every error at once."""
