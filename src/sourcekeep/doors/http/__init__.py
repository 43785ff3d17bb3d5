"""The HTTP API: JSON in, services, JSON or problem+json out. Decides nothing."""
