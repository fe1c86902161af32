"""Starts sandboxes on one file by forking, so that killing one costs no import.

A line on standard input starts one; a line on standard output tells its process id and port.
"""

import asyncio
import os
import sys
from pathlib import Path

from sandbox.app import Sandbox
from sandbox.config import Settings


async def serve(store: Path) -> None:
    """Run until killed."""
    async with Sandbox(Settings(port=0, store=store, clock="virtual", seed="1")) as box:
        os.write(sys.stdout.fileno(), f"{os.getpid()} {box.port}\n".encode())
        await asyncio.Event().wait()


def main() -> None:
    """Fork for each line, bury who was killed."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(serve(Path(sys.argv[1])))
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
