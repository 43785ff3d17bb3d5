# The tasks of people who work on Sourcekeep. `uv run just` lists them.

export PATH := justfile_directory() / ".venv/bin" + ":" + env("PATH")

_list:
    @just --list --unsorted

# Everything that CI runs. The last line counts the Python tests.
test: format-check lint types floors pins committed documents page cold-start halves

# Serve with the demo API.
demo *options:
    sourcekeep serve --demo {{ options }}

# Format Python and the page.
format:
    ruff format .
    ruff check --fix .
    cd web && npm run --silent format

# Is everything formatted?
format-check:
    ruff format --check .

# Ruff's rules.
lint:
    ruff check .

# mypy, strict.
types:
    mypy

# Who may import whom. (grimp's cache misses a module that came after the import of it.)
floors:
    lint-imports --no-logo --no-cache

# Are packages at their reviewed versions and hashes?
pins:
    python -m tools.checks.pins

# Take up new versions (review the difference).
upgrade:
    python -m tools.checks.pins --write --upgrade

# Pin what pyproject.toml asks for.
pin:
    python -m tools.checks.pins --write

# No registry address, machine path or key in a tracked file.
committed:
    python -m tools.checks.committed

# Are the committed OpenAPI document and docs/settings.md what the code says?
documents:
    python -m tools.checks.openapi
    python -m tools.checks.settings_doc

# The page: format, lint, types, tests, build, size.
page: _page-packages
    cd web && npm run --silent check
    cd web && npm test --silent
    python hatch_build.py
    cd web && npm run --silent budget

_page-packages:
    cd web && test -d node_modules || npm ci --ignore-scripts --no-audit --no-fund

# Renew docs/screenshots: every page in both schemes, wide and narrow.
screenshots: _page-packages
    python hatch_build.py
    python -m tools.screenshots

# From `git clone` to the first page, with empty caches: under 60 s.
cold-start:
    python -m tools.checks.cold_start

# The same tests as `pytest`, in two halves at a time.
halves:
    python -m tools.checks.halves

# All Python tests: unit, property, contract (SQLite and PostgreSQL), canary, architecture, browser.
pytest *options:
    pytest {{ options }}

# Prometheus with mutual TLS as an upstream, also in the browser. Installs it by apt when root.
prometheus:
    command -v prometheus >/dev/null || apt-get install --yes --no-install-recommends prometheus
    pytest tests/peers/test_prometheus.py
