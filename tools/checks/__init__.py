"""Checks that no off-the-shelf linter makes. Each is a module: `python -m tools.checks.<name>`."""
