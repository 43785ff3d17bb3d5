"""Authentication types, one folder each (`model/auth.py` has their contract)."""
