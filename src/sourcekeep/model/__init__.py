"""Frozen values and their rules, the plug-in contracts, problems. No I/O, no other floor but `kit`."""
