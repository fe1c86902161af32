"""Codes drawn and read again."""

import re

import pytest

from sandbox.protocol import barcode


def pixels(svg: str, scale: int = 4) -> tuple[bytes, int]:
    """The picture's modules as grey pixels, and the width of a row: our own reading of the SVG's path."""
    width, height = map(int, re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)[0])
    rows = [bytearray(b"\xff" * width * scale) for _ in range(height * scale)]
    for x, y, wide, high in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+Z", svg):
        for row in rows[int(y) * scale : (int(y) + int(high)) * scale]:
            row[int(x) * scale : (int(x) + int(wide)) * scale] = b"\0" * int(wide) * scale
    return b"".join(rows), width * scale


@pytest.mark.parametrize(
    ("kind", "text"),
    [("qr", "weixin://wxpay/bizpayurl?pr=Zim81N5zz"), ("qr", "茶"), ("bars", "134912345678901234")],
)
def test_what_is_drawn_is_read(kind: barcode.Kind, text: str) -> None:
    """A phone's camera sees what was meant."""
    assert barcode.read(*pixels(barcode.svg(text, kind))) == text


def test_a_picture_without_a_code_says_nothing() -> None:
    """White is white."""
    assert barcode.read(b"\xff" * 10_000, 100) is None


@pytest.mark.parametrize(("size", "width"), [(0, 1), (10, 3), (10, 0), (10, -5), (2001, 2001), (4002, 1)])
def test_what_is_no_picture_is_refused(size: int, width: int) -> None:
    """Half rows, none, and more than is sensible."""
    with pytest.raises(ValueError, match="expected whole rows"):
        barcode.read(b"\0" * size, width)
