"""`python -m bench [--seconds N] [CONTEST…]`: run, print the tables, write the dated report."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import full_store, one_at_a_time, query_run, report, upstream

CONTESTS = {
    "query_run": query_run.contest,
    "one_at_a_time": one_at_a_time.contest,
    "full_store": full_store.contest,
}


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    words.add_argument("contests", nargs="*", choices=[*CONTESTS, []], metavar="CONTEST")
    words.add_argument("--seconds", type=int, default=8, help="how long each is measured")
    asked = words.parse_args()
    done = []
    with tempfile.TemporaryDirectory(prefix="sourcekeep-bench-") as name:
        above = upstream.start(Path(name))
        try:
            for contest in asked.contests or CONTESTS:
                folder = Path(name) / contest
                folder.mkdir()
                done.append(CONTESTS[contest](folder, above, seconds=asked.seconds))
                print(done[-1].text() if done[-1].details else contest, flush=True)
        finally:
            above.process.stop()
    print(report.table(done))
    print(f"written to {report.write(done, Path(__file__).parent / 'reports').name}")


if __name__ == "__main__":
    main()
