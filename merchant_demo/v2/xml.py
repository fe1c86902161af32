"""The flat XML of API v2, to and from a dictionary; reading trusts nobody."""

from collections.abc import Mapping

from lxml import etree


class NotReadable(ValueError):
    """The bytes are not one flat XML element; the message says what is wrong."""


def write(fields: Mapping[str, str]) -> str:
    """`<xml><name><![CDATA[value]]></name>…</xml>` on one line."""
    return "<xml>" + "".join(f"<{name}>{_cdata(value)}</{name}>" for name, value in fields.items()) + "</xml>"


def read(body: bytes) -> dict[str, str]:
    """The children of the root by name. Raises NotReadable.

    Entities, DTDs and the network are off: an open parser behind a public URL reads the server's files to strangers.
    A field given twice is refused too, for it could be signed as one value and believed as the other.
    """
    if b"<!DOCTYPE" in body:
        raise NotReadable("a DOCTYPE is not accepted")
    # Not shared between calls: a parser keeps state, and making one is cheap.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotReadable(f"not XML: {error}") from error
    fields: dict[str, str] = {}
    for child in root:
        name = str(child.tag)
        if len(child):
            raise NotReadable(f"field {name} has elements inside")
        if name in fields:
            raise NotReadable(f"field {name} is given twice")
        fields[name] = child.text or ""
    return fields


def _cdata(value: str) -> str:
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
