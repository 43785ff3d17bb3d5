"""One small general thing per file, with no word of our domain."""
