"""Floors: the least work that could do a job in this language, with nothing of the product in it."""
