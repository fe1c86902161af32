"""Bar codes as pictures and back: the QR code that a phone scans, the bars that a till reads. Pure."""

import re
from typing import Literal

Kind = Literal["qr", "bars"]
MAX_TEXT = 1000  # characters: more than any address that is worth scanning
MAX_SIDE = 2000  # pixels


class Unencodable(ValueError):
    """The text does not fit the code."""


def svg(text: str, kind: Kind) -> str:
    """The code as an SVG picture. Raises Unencodable."""
    # Imported when somebody looks at a code: most sandboxes never draw one.
    import zxingcpp

    if not 0 < len(text) <= MAX_TEXT:
        raise Unencodable(f"a code holds 1 to {MAX_TEXT} characters, came {len(text)}")
    form = zxingcpp.BarcodeFormat.QRCode if kind == "qr" else zxingcpp.BarcodeFormat.Code128
    try:
        picture = zxingcpp.write_barcode_to_svg(zxingcpp.create_barcode(text, form))
    except (ValueError, RuntimeError) as error:
        raise Unencodable(f"the text does not fit a code of this kind: {error}") from None
    # Without a box to scale from, a picture on a page shows its corner only.
    return re.sub(r'^.*?<svg width="(\d+)" height="(\d+)"', r'<svg viewBox="0 0 \1 \2"', str(picture), flags=re.DOTALL)


def read(grey: bytes, width: int) -> str | None:
    """What the first code in a picture says; `grey` is a byte a pixel, row by row. None where no code is seen.

    Raises ValueError for a picture that is none.
    """
    import zxingcpp

    height = len(grey) // width if width > 0 else 0
    if width * height != len(grey) or not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise ValueError(f"expected whole rows, at most {MAX_SIDE} each way; came {len(grey)} bytes, {width} a row")
    found = zxingcpp.read_barcodes(memoryview(grey).cast("B", (height, width)))
    return next((str(one.text) for one in found), None)
