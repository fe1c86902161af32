"""From what came to a verb's arguments."""

from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.actions.verb import Verb, VerbError, verbs
from sandbox.control.arguments import arguments, body_arguments, query_arguments
from sandbox.control.routes import Routes

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = sorted({field.encode_name for verb in verbs().values() for field in msgspec.structs.fields(verb.args)})


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """Arguments within arguments."""

    colour: str
    sizes: dict[str, int] = {}


class Outer(msgspec.Struct, forbid_unknown_fields=True, rename={"a_b": "a.b"}):
    """Arguments of every shape."""

    inner: Inner | None = None
    many: list[Inner] = []
    a: dict[str, Any] = {}
    a_b: int = 0


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"inner": {}}, "inner.colour is missing: it is required"),
        ({"inner": {"colour": "red", "size": 1}}, "no argument is called 'inner.size'."),
        ({"many": [{"colour": "red"}, {"colour": 5}]}, "many[1].colour: expected str, came 5"),
        ({"inner": {"colour": "red", "sizes": {"x": "big"}}}, 'inner.sizes[...]: expected int, came {"x":"big"}'),
        ({"a": {}, "a.b": "x"}, 'a.b: expected int, came "x"'),
        ({"inner": "x" * 500}, f'inner: expected object | null, came "{"x" * 79}…'),
    ],
)
def test_a_complaint_leads_to_the_place(given: dict[str, Any], complaint: str) -> None:
    """However deep it is, and although a name may hold dots."""
    with pytest.raises(VerbError) as caught:
        arguments(Outer, given)
    assert str(caught.value) == complaint


def test_text_stands_for_numbers_and_switches() -> None:
    """Queries and stories know only text."""
    args: Any = arguments(verbs()["exchanges.list"].args, {"limit": "5", "refused": "true", "unclaimed": "0"})
    assert (args.limit, args.refused, args.unclaimed) == (5, True, False)


def test_a_repeated_name_is_a_list() -> None:
    """In the order that came; a single one is not."""
    assert query_arguments([("a", "1"), ("b", "2"), ("a", "3"), ("a", "4")]) == {"a": ["1", "3", "4"], "b": "2"}


@given(st.sampled_from(sorted(verbs())), st.dictionaries(st.sampled_from(FIELDS) | st.text(), ANYTHING, max_size=4))
def test_no_argument_crashes_a_verb_before_it_starts(name: str, given: dict[str, Any]) -> None:
    """Whatever is given, it is taken or refused, nothing else."""
    kind = verbs()[name].args
    with suppress(VerbError):
        assert isinstance(arguments(kind, given), kind)


@given(st.binary(max_size=40))
def test_no_body_crashes(body: bytes) -> None:
    """Bytes are a JSON object, nothing, or refused."""
    with suppress(VerbError):
        assert isinstance(body_arguments(body), dict)


def test_a_plain_path_wins_over_a_placeholder() -> None:
    """And a placeholder never stands for nothing or for two segments."""

    def made(name: str, method: str, path: str) -> Verb:
        return msgspec.structs.replace(verbs()["clock.read"], name=name, method=method, path=path)

    routes = Routes([made("one", "GET", "/x/{id}"), made("list", "GET", "/x/all"), made("drop", "DELETE", "/x/{id}")])
    assert routes.find("/x/all")[0]["GET"].name == "list"
    found, placed = routes.find("/x/a%20b")
    assert ({verb.name for verb in found.values()}, placed) == ({"one", "drop"}, {"id": "a b"})
    assert routes.find("/x/") == ({}, {})
    assert routes.find("/x/a/b") == ({}, {})
