"""RSA-2048 signatures in a core-second by `cryptography` alone, in its own process: what no v3 gateway can beat.

`python -m bench.signer` signs as often as each line of its input says, and answers how many a core-second had.
"""

import subprocess
import sys
import time
from types import TracebackType
from typing import Self

from bench.processes import ROOT, environment, python


class Signer:
    """`with Signer() as signer: signer.rate(500)`."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            python("-m", "bench.signer"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(),
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()

    def rate(self, number: int) -> float:
        """Signatures in a core-second, over `number` of them."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


def main() -> None:
    """Sign until the input ends."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    from sandbox.platform.keys import KeyPool

    key = KeyPool().pair(0).private
    for line in sys.stdin:
        started = time.process_time()
        for _ in range(int(line)):
            key.sign(b"the five lines of a message", PKCS1v15(), SHA256())
        sys.stdout.write(f"{int(line) / (time.process_time() - started)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
