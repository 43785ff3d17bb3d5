"""Sourcekeep keeps your REST API data sources and spends their credentials for you."""
