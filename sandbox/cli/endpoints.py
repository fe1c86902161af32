"""`wechatpay-sandbox endpoints`: what the platform answers here, and what each endpoint takes."""

import difflib
from typing import Any

import click

from sandbox.app import catalogue, described
from sandbox.cli.display import Trouble, json_option, say_json, say_table

HEADS = ("name", "method", "path", "title")


@click.command()
@click.argument("name", required=False)
@json_option
def endpoints(name: str | None, as_json: bool) -> None:
    """List the platform's endpoints, or the fields and errors of one (NAME, such as v2.unifiedorder)."""
    found = catalogue()
    if name is not None and name not in found.by_name:
        near = difflib.get_close_matches(name, found.by_name, n=1, cutoff=0.4)
        raise Trouble(f"no endpoint called {name!r}" + (f"; did you mean {near[0]}?" if near else ""))
    chosen = [described(endpoint) for endpoint in ([found.by_name[name]] if name else found)]
    if as_json:
        say_json(chosen)
    elif name is None:
        say_table([tuple(one[head] for head in HEADS) for one in chosen], HEADS)
    else:
        _say(chosen[0])


def _say(endpoint: dict[str, Any]) -> None:
    click.secho(f"{endpoint['method']} {endpoint['path']}", bold=True, nl=False)
    click.echo(f"  {endpoint['title']}  {endpoint['source']}".rstrip())
    rows = [
        (field["name"], "yes" if field["required"] else "", _limits(field), field["title"])
        for field in endpoint["fields"]
    ]
    if rows:
        say_table(rows, ("field", "required", "limits", "title"))
    click.echo("errors: " + (", ".join(endpoint["raises"]) or "only those of its dialect"))


def _limits(field: dict[str, Any]) -> str:
    if field["kind"] == "integer":
        ends = ["" if field[end] is None else str(field[end]) for end in ("minimum", "maximum")]
        return "integer" + (f" {ends[0]}…{ends[1]}" if any(ends) else "")
    limits = ["" if field["limit"] is None else f"{field['limit']} bytes", field["pattern"]]
    return " ".join(part for part in limits if part)
