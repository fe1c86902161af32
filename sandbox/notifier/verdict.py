"""Whether the merchant's answer to a notification counts."""

import json
from typing import NamedTuple

from sandbox.protocol import xml

BOM = b"\xef\xbb\xbf"
AROUND = "more than the one element: a BOM, blanks, a declaration or a comment around it made the platform repeat"


class Verdict(NamedTuple):
    """`accepted`, why not, and what was tolerated."""

    accepted: bool
    reason: str = ""
    warnings: tuple[str, ...] = ()


def v2_verdict(status: int, body: bytes, *, strict: bool) -> Verdict:
    """Status exactly 200 and an XML body whose return_code is SUCCESS; a BOM, blanks or a comment around are tolerated.

    201 and 3xx fail (observed). `strict` turns what is tolerated into failures.
    """
    if status in (301, 302, 303, 307, 308):
        return Verdict(False, f"HTTP {status}: redirects are not followed; a login filter in front of the notify path?")
    if status != 200:
        return Verdict(False, f"HTTP {status}: expected exactly 200")
    stripped = body.strip().removeprefix(BOM).strip()
    if not stripped:
        return Verdict(False, "an empty body: expected <xml><return_code>SUCCESS</return_code>…</xml>")
    if stripped[:1] != b"<" or stripped[:5].lower() in (b"<html", b"<!doc"):
        kind = "an HTML page" if stripped[:1] == b"<" else "text that is no XML"
        return Verdict(False, f"{kind}: {_shown(stripped)}; expected <xml><return_code>SUCCESS</return_code>…</xml>")
    try:
        fields = xml.parse(stripped)
    except xml.MalformedXml as error:
        return Verdict(False, f"no well-formed XML ({error.reason}): {_shown(stripped)}")
    code = fields.get("return_code", "").strip()
    if code != "SUCCESS":
        said = fields.get("return_msg", "").strip()
        return Verdict(False, f"return_code={code or 'absent'}{f', return_msg={said}' if said else ''}")
    around = stripped != body or stripped[:2] in (b"<?", b"<!") or stripped.endswith((b"?>", b"-->"))
    warnings = (AROUND,) if around else ()
    if warnings and strict:
        return Verdict(False, warnings[0])
    return Verdict(True, "", warnings)


def v3_verdict(status: int, body: bytes, *, strict: bool) -> Verdict:
    """200 or 204, whatever the body; one that says FAIL is a warning (pay.weixin.qq.com/doc/v3/merchant/4012791861)."""
    if status not in (200, 204):
        redirect = ": redirects are not followed" if 300 <= status < 400 else ""
        return Verdict(False, f"HTTP {status}: expected 200 or 204{redirect}; {_shown(body.strip())}")
    try:
        said = json.loads(body or b"{}")
    except ValueError:
        said = {}
    code = said.get("code") if isinstance(said, dict) else None
    if code not in (None, "SUCCESS"):
        warning = f"the body says {code!r} but HTTP {status} means success: answer a failure with 4xx or 5xx"
        return Verdict(not strict, warning if strict else "", () if strict else (warning,))
    return Verdict(True)


def _shown(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return repr(text if len(text) <= 80 else f"{text[:80]}…")
