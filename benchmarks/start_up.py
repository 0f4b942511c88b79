"""Measures what a process pays for the knowledge: seconds until it can search, and memory.

Run from the root: `.venv/bin/python -m benchmarks.start_up`. The index is built first if it is missing. Importing the
libraries is measured apart: it is the baseline of every process that searches.
"""

import resource
import time

from okienko.settings import read_settings


def _memory() -> float:
    """The megabytes in use at the highest point so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Load everything and print a line a step."""
    before = _memory()
    started = time.perf_counter()
    from okienko.index import knowledge

    print(f"libraries   {time.perf_counter() - started:6.2f} s {_memory() - before:6.0f} MB")
    folder = read_settings().data_dir
    if not list((folder / "index").glob("*.pickle")):
        print("building the index first; run again for the figures")
        knowledge(folder)
        return
    before = _memory()
    started = time.perf_counter()
    base = knowledge(folder)
    took, grown = time.perf_counter() - started, _memory() - before
    print(f"index       {took:6.2f} s {grown:6.0f} MB, {len(base.library.articles)} articles")


if __name__ == "__main__":
    main()
