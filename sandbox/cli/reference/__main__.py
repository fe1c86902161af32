"""`python -m sandbox.cli.reference [FOLDER]`: write the pages into a folder, docs/ without."""

import sys
from pathlib import Path

from sandbox.cli.reference import pages

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
for name, text in pages().items():
    (folder / name).write_text(text, encoding="utf-8")
