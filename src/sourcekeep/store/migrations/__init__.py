"""The schema's history, one file per step, for Alembic. Packaged; run by `store/migrating.py`."""

HEAD = "0004"  # the newest step; a test holds it equal to the files
