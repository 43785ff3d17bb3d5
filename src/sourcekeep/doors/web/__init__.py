"""Serves the page: the built bundle, each answer with the headers that keep it to itself."""
