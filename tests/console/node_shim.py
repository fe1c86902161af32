"""wx.js in Node: a program is run against a sandbox, and what it prints as JSON comes back."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sandbox.console.phone.site import HERE

WX = HERE / "wx.js"


async def node(folder: Path, base: str, program: str, **config: Any) -> Any:
    """The JSON that `program` returns: the body of an async function of `wx` and `given`."""
    executable = shutil.which("node")
    if executable is None:
        pytest.skip("node is not on this machine")
    given = config.pop("given", {})
    file = folder / "program.js"
    file.write_text(f"""
        {config.pop("before", "")}
        const wx = require({json.dumps(str(WX))});
        wx.sandbox({json.dumps({"base": base, **config})});
        (async (given) => {{ {program} }})({json.dumps(given)})
          .then((said) => process.stdout.write(JSON.stringify(said === undefined ? null : said)));
    """)
    running = await asyncio.create_subprocess_exec(
        executable, file, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(running.communicate(), 30)
    assert running.returncode == 0, err.decode()
    return json.loads(out)
