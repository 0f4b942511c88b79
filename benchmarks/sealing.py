"""What sealing costs: seconds and bytes of sealed addresses and mails, compared with plain ones.

Run: `python -m benchmarks.sealing`
"""

import time
import zlib
from collections.abc import Callable
from pathlib import Path
from statistics import median

from helpdesk.sealing import Sealer, new_key

ROUNDS, EACH = 5, 2000
MAILS = Path(__file__).parents[1] / "tests" / "mail"


def seconds(work: Callable[[], object], times: int) -> float:
    """Return the median seconds of one call, over some rounds."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(times):
            work()
        taken.append((time.perf_counter() - began) / times)
    return median(taken)


def main() -> None:
    """Measure and print."""
    sealer = Sealer([new_key()])
    address = "anna.przykladowa@example.org"
    sealed = sealer.seal_for_lookup(address)
    print(
        f"address: seal {seconds(lambda: sealer.seal_for_lookup(address), EACH) * 1e6:.1f} µs, "
        f"open {seconds(lambda: sealer.open_lookup(sealed), EACH) * 1e6:.1f} µs, "
        f"{len(sealed) / len(address):.2f} times as long"
    )
    mails = [file.read_bytes() for file in sorted(MAILS.glob("*.eml"))]
    # A mail with a scan, as they come every day.
    mails.append(mails[0] + b"\x00\x01\x02\x03" * 250_000)
    packed = [zlib.compress(mail, 6) for mail in mails]
    pack = seconds(lambda: [zlib.compress(mail, 6) for mail in mails], 5)
    seal = seconds(lambda: [sealer.seal_bytes(mail) for mail in packed], 5)
    grown = sum(len(sealer.seal_bytes(mail)) for mail in packed) / sum(map(len, packed))
    print(
        f"{len(mails)} mails: compressing {pack * 1e3:.1f} ms, sealing {seal * 1e3:.1f} ms "
        f"({seal / pack:.2f} of it), {grown:.3f} times the compressed bytes"
    )


if __name__ == "__main__":
    main()
