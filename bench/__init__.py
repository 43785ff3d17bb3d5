"""Speed, measured side by side with peers and floors in one run, told as ratios.

`python -m bench` runs everything, prints a table and writes a dated report to `bench/reports/`.
Never part of the test suite: a busy machine must not fail a build.
"""
