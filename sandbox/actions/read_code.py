"""Read a QR or bar code in a picture, as the phone's camera does."""

from typing import Annotated

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.protocol import barcode


class ReadCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`pixels` in base64: a grey byte each, row by row; `width` of them make a row."""

    width: Annotated[int, msgspec.Meta(ge=1, le=barcode.MAX_SIDE)]
    pixels: bytes


class CodeText(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is null where no code was seen."""

    text: str | None


@verb(
    "codes.read",
    "POST /codes/read",
    ReadCode,
    CodeText,
    summary="Read the QR or bar code in a picture",
    summary_zh="识别图片中的二维码或条形码",
    looks=True,
)
async def read_code(desk: Desk, args: ReadCode) -> CodeText:
    """The first one found."""
    try:
        return CodeText(text=barcode.read(args.pixels, args.width))
    except ValueError as error:
        raise VerbError(f"pixels: {error}") from None
