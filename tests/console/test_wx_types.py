"""What wx.js has of `wx` has the platform's types."""

import shutil
import subprocess
from pathlib import Path

from node_packages import node_packages

from sandbox.console.phone.site import HERE

PACKAGES = Path(__file__).parent / "wx"
OPTIONS = (
    "--noEmit", "--strict", "--skipLibCheck", "--types", "miniprogram-api-typings", "--module", "commonjs",
    "--target", "es2020", "--lib", "es2020",
)  # fmt: skip


def compiled(folder: Path, change: tuple[str, str] = ("", "")) -> str:
    """What the compiler says of types.ts, with a change of wx.d.ts; nothing when all is well."""
    node_packages(PACKAGES)
    shutil.copy(PACKAGES / "types.ts", folder)
    (folder / "node_modules").symlink_to(PACKAGES / "node_modules")
    (folder / "wx.d.ts").write_text((HERE / "wx.d.ts").read_text().replace(*change))
    command = [PACKAGES / "node_modules" / ".bin" / "tsc", *OPTIONS, "types.ts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout


def test_ours_can_stand_in_for_the_platforms(tmp_path: Path) -> None:
    """The compiler accepts wx.js where a part of WechatMiniprogram.Wx is wanted."""
    assert compiled(tmp_path) == ""


def test_the_compiler_would_have_complained(tmp_path: Path) -> None:
    """A login whose code is a number is none."""
    assert "not assignable" in compiled(tmp_path, ("code: string }", "code: number }"))
