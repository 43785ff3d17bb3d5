"""Programs for people who work on Sourcekeep; none of them is part of the package."""
