"""v2 messages: framing to the byte, round trips, and bodies that mean harm."""

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.protocol import xml

# What XML can carry unchanged: no controls, no CR (read as LF), no surrogates.
TEXT = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff", include_characters="\n\t"
    )
)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)


def test_the_framing_is_the_platforms_to_the_byte() -> None:
    """First child on the root's line, then one a line, text in CDATA even if empty, bare integers, no last newline."""
    message = xml.render([("return_code", "FAIL"), ("return_msg", "签名错误"), ("attach", ""), ("total_fee", 1)])
    assert (
        message
        == (
            "<xml><return_code><![CDATA[FAIL]]></return_code>\n"
            "<return_msg><![CDATA[签名错误]]></return_msg>\n"
            "<attach><![CDATA[]]></attach>\n"
            "<total_fee>1</total_fee>\n"
            "</xml>"
        ).encode()
    )


@given(st.dictionaries(NAMES, TEXT | st.integers()))
def test_what_was_rendered_parses_back(fields: dict[str, xml.Value]) -> None:
    """Any text and any integer survives a round trip, in order."""
    parsed = xml.parse(xml.render(fields.items()))
    assert list(parsed.items()) == [(name, str(value)) for name, value in fields.items()]


def test_the_end_of_a_cdata_section_survives_inside_a_value() -> None:
    """`]]>` in a value neither ends the section nor gets lost."""
    fields = [("body", "a]]>b]]]]>>c"), ("attach", "]]>")]
    assert xml.parse(xml.render(fields)) == dict(fields)


@pytest.mark.parametrize(
    "body",
    [
        "<xml><a>1 &lt;&amp; 2</a><b/></xml>",
        "<xml><a><![CDATA[1 <& 2]]></a><b></b></xml>",
        "<root>\n\t<a>1 &#60;&#x26; 2</a>\n\t<b><![CDATA[]]></b>\n</root>\n",
        '\ufeff<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<xml><a>1 &lt;<![CDATA[& 2]]></a><b/></xml>',
        " \n\ufeff <xml><!-- one --><a>1 &lt;&amp;<!-- two --> 2</a><?three?><b/></xml>",
        '<xml a="1"><a type="text">1 &lt;&amp; 2</a><b/></xml>',
    ],
)
def test_every_writing_of_a_message_reads_the_same(body: str) -> None:
    """Root name, CDATA or escapes, declaration, BOM, blanks between elements, comments and attributes do not matter."""
    assert xml.parse(body.encode()) == {"a": "1 <& 2", "b": ""}


def test_blanks_belong_to_the_value() -> None:
    """Values are signed as sent, so nothing trims them."""
    assert xml.parse(b"<xml><mch_id> 1900000001\n</mch_id></xml>") == {"mch_id": " 1900000001\n"}


def test_the_first_of_two_elements_counts() -> None:
    """A repeated element keeps its first value and its first place."""
    assert list(xml.parse(b"<xml><a>1</a><b>2</b><a>3</a></xml>").items()) == [("a", "1"), ("b", "2")]


def test_an_element_with_children_counts_with_its_direct_text() -> None:
    """A message is flat: what is nested deeper is no field."""
    assert xml.parse(b"<xml><a>1<b>2</b>3</a></xml>") == {"a": "1"}


def test_a_document_type_inside_a_value_is_plain_text() -> None:
    """Only a document type before the root is refused."""
    assert xml.parse(b"<xml><a><![CDATA[<!DOCTYPE html>]]></a></xml>") == {"a": "<!DOCTYPE html>"}


def test_the_declaration_does_not_choose_the_encoding() -> None:
    """UTF-8 bytes are read as UTF-8 even when the declaration says GBK."""
    body = '<?xml version="1.0" encoding="GBK"?><xml><body>测试</body></xml>'
    assert xml.parse(body.encode()) == {"body": "测试"}


@pytest.mark.parametrize(
    "body",
    [
        "<xml><body>测试商品</body></xml>".encode("gbk"),
        '<?xml version="1.0" encoding="GBK"?><xml><body>测试商品</body></xml>'.encode("gbk"),
        b"<xml><a>\xff</a></xml>",
        b"<xml><a>\xc0\xaf</a></xml>",
        b"<xml><a>\xed\xa0\x80</a></xml>",
        "<xml><a>测</a></xml>".encode("utf-16"),
    ],
)
def test_bytes_in_another_encoding_are_told_apart(body: bytes) -> None:
    """GBK, UTF-16, overlong forms and surrogates are refused as not UTF-8, with the place."""
    with pytest.raises(xml.NotUtf8, match=r"not UTF-8: byte 0x\w\w at offset \d+"):
        xml.parse(body)


BILLION_LAUGHS = (
    b'<!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 10))
    + b"]><xml><a>&j;</a></xml>"
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"hello", "not well-formed"),
        (b'{"mch_id": "1900000001"}', "not well-formed"),
        (b"appid=1&mch_id=2", "not well-formed"),
        (b"<xml><a>1</a>", "not well-formed"),
        (b"<xml><a>1</b></xml>", "not well-formed"),
        (b"<xml/><xml/>", "not well-formed"),
        (b"<xml><a>x & y</a></xml>", "not well-formed"),
        (b"<xml><a>&unknown;</a></xml>", "not well-formed"),
        (b"<xml><a>\x01</a></xml>", "not well-formed"),
        (b"<xml><a>&#0;</a></xml>", "not well-formed"),
        (b"<xml><a>1\x00</a></xml>", "NUL"),
        (b"<xml></xml>\x00", "NUL"),
        (b'<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/hostname">]><xml><a>&f;</a></xml>', "DOCTYPE"),
        (b'<?xml version="1.0"?>\n<!-- x --><!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml/>', "DOCTYPE"),
        (b'<!DOCTYPE xml [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]><xml/>', "DOCTYPE"),
        (BILLION_LAUGHS, "DOCTYPE"),
        (b"<a>" * 900 + b"</a>" * 900, "nested too deep"),
        (b"<xml>" + b"<a/>" * 100_000 + b"</xml>", "too many elements"),
        (b"<xml>" + b"<a>" * 300_000, "too many elements"),
    ],
)
def test_a_hostile_or_broken_body_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    """Every kind of bad body ends in MalformedXml whose reason names the kind."""
    with pytest.raises(xml.MalformedXml) as refusal:
        xml.parse(body)
    assert reason in refusal.value.reason


@pytest.mark.parametrize(
    "body",
    [
        b"<xml>" + b"<" * 1_000_000,
        b"<xml><a>" + b"&amp;" * 200_000 + b"</a></xml>",
        b"<xml " + b" ".join(b'a%d="x"' % n for n in range(90_000)) + b"/>",
        b"<!-- " + b"-" * 1_000_000,
        b"<?" * 500_000 + b"<!DOCTYPE",
        b"<xml><a>" + b"]]" * 500_000 + b"</a></xml>",
    ],
)
def test_a_megabyte_of_malice_takes_bounded_time(body: bytes) -> None:
    """No body of the permitted size keeps the parser busy: the worst stays far under what a slow machine allows."""
    begun = time.process_time()
    with contextlib.suppress(xml.MalformedXml):
        xml.parse(body)
    assert time.process_time() - begun < 5


PIECES = ["<a>", "</a>", "<b>", "</b>", "<a/>", "<![CDATA[", "]]>", "]", ">", "&lt;"]
PIECES += ["测", " ", "\n", "\r", "\x0b", "\uffff"]


@given(st.lists(st.sampled_from(PIECES)), st.sampled_from(["<xml>{}</xml>", "<xml> {}</xml>\n", "<xml>{}</xml><c/>"]))
def test_the_short_way_reads_what_the_parser_reads(pieces: list[str], frame: str) -> None:
    """A plain message is read without the XML parser: to the same fields, and never one that the parser refuses."""

    def outcome(read: Callable[[bytes], dict[str, str]]) -> dict[str, str] | None:
        try:
            return read(frame.format("".join(pieces)).strip().encode())
        except xml.MalformedXml:
            return None

    assert outcome(xml.parse) == outcome(xml._parse_any)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_malformed(body: bytes) -> None:
    """Whatever arrives, parse answers fields or MalformedXml."""
    with contextlib.suppress(xml.MalformedXml):
        assert all(isinstance(value, str) for value in xml.parse(body).values())


def test_threads_share_the_parser() -> None:
    """Messages parsed at once in several threads do not mix."""

    def read(number: int) -> bool:
        return all(xml.parse(b"<xml><n>%d</n></xml>" % number) == {"n": str(number)} for _ in range(200))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(16)))
