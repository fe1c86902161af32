"""Reading YAML without YAML 1.1's surprises."""

from pathlib import Path

import pytest

from sandbox.adapter.document import Mistake, did_you_mean, parse, read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("Yes", "Yes"),
        ("True", "True"),
        ("0123", "0123"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2024-06-01", "2024-06-01"),
        ("1.50", "1.50"),
        (".inf", ".inf"),
        ("+7", "+7"),
        ("<<", "<<"),
        ("=", "="),
        ("NULL", "NULL"),
        ('"5"', "5"),
        ("'true'", "true"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("199", 199),
        ("-5", -5),
        ("24h4m", "24h4m"),
    ],
)
def test_plain_scalars_stay_text(written: str, value: object) -> None:
    """Only true, false, null and decimal integers are anything but text."""
    came = parse(f"key: {written}\n", "f.yaml").value["key"]

    assert value == came
    assert type(value) is type(came)


def test_keys_stay_text() -> None:
    """A key called on, or one that looks like a number, keeps its spelling."""
    assert parse("on: a\n0123: b\n5: c\n", "f.yaml").value == {"on": "a", "0123": "b", "5": "c"}


def test_every_part_has_its_line() -> None:
    """Marks follow msgspec's paths, and an unknown path has the line of what is around it."""
    document = parse("a: 1\nb:\n  - c: 2\n  - d:\n      e: 3\n", "f.yaml")

    assert [document.line(path) for path in ("$.a", "$.b", "$.b[0].c", "$.b[1].d", "$.b[1].d.e")] == [1, 2, 3, 4, 5]
    assert document.line("$.b[1].d.e[...].f") == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3: 'a' is given twice, first on line 1; keep one"),
        ("", "f.yaml:1: the file is empty"),
        ("a: [1\nb: 2\n", "f.yaml:2: not YAML: "),
        ("a: 1\n---\nb: 2\n", "f.yaml:2: not YAML: "),
        ("a: !!binary aGk=\n", "f.yaml:1: the tag !!binary is not understood here; leave it out"),
        ("a: !!python/name:os.system\n", "f.yaml:1: the tag !!python/name:os.system"),
        ("a: !!int 0x1F\n", "f.yaml:1: expected a whole number, came '0x1F'"),
        ("a: &x\n  b: *x\n", "f.yaml:1: an alias may not point to what contains it"),
        ("[1]: 2\n", "f.yaml:1: a key must be plain text"),
        ("a: \x00\n", "f.yaml:1: not YAML: "),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(text: str, message: str) -> None:
    """Duplicate keys, tags, self-containing aliases and broken syntax are mistakes, each with its place."""
    with pytest.raises(Mistake) as caught:
        parse(text, "f.yaml")

    assert str(caught.value).startswith(message)


def test_files_are_utf8(tmp_path: Path) -> None:
    """A BOM is no matter; other encodings and missing files are named."""
    file = tmp_path / "f.yaml"
    file.write_bytes("\ufeffa: 茶\n".encode())
    assert read(file).value == {"a": "茶"}

    file.write_bytes("a: 茶\n".encode("gbk"))
    with pytest.raises(Mistake, match="not UTF-8"):
        read(file)
    with pytest.raises(Mistake, match="cannot be read: No such file"):
        read(tmp_path / "none.yaml")


def test_did_you_mean_names_the_nearest_or_all() -> None:
    """A near word is offered; far from any, the choice is."""
    assert did_you_mean("dropp", ["drop", "delay"]) == " — did you mean 'drop'?"
    assert did_you_mean("xyz", ["drop", "delay"]) == "; there are delay, drop"
    assert did_you_mean("xyz", ["drop"]) == "; there is drop"
    assert did_you_mean("xyz", []) == ""
