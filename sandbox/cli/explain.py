"""`wechatpay-sandbox explain`: why a signature does not fit, from whatever was copied out of a log."""

import sys
from typing import Any, BinaryIO

import click

from sandbox.cli.connection import Connection, connected
from sandbox.cli.display import Trouble, json_option, language_option, say_json, say_table

WORDS = {
    "en": ("the signature is right", "what to change", "read more", "string to sign", "right signature",
           "against the last request that was right"),
    "zh": ("签名正确", "修改方法", "详细说明", "待签名串", "正确的签名", "与上一次签名正确的请求比较"),
}  # fmt: skip


@click.command()
@click.argument("file", type=click.File("rb"))
@language_option
@connected
@json_option
def explain(file: BinaryIO, lang: str, connection: Connection, as_json: bool) -> None:
    """Say whether the signature in FILE (- is standard input) is right, and if not, which mistake was made.

    FILE holds raw HTTP (a request, or a notification or answer that you received), an XML body, a curl line, or
    parameters as JSON: of a v2 request, or of wx.requestPayment. Exit code 1 when the signature is wrong. Keys are
    those of the running sandbox, and never shown.
    """
    try:
        text = file.read().decode()
    except UnicodeDecodeError as error:
        raise Trouble(f"{file.name} is not UTF-8 (offset {error.start}): save it as UTF-8") from None
    told = connection.ask("explain", {"text": text})
    if as_json:
        say_json(told)
    else:
        _say(told, lang)
    if not told["right"]:
        sys.exit(1)


def _say(told: dict[str, Any], lang: str) -> None:
    right, change, more, string, signature, nearest = WORDS[lang]
    diagnosis = told["diagnosis"]
    if diagnosis is None:
        click.secho(f"{told['kind']}: {right}", fg="green", bold=True)
    else:
        other = "_zh" if lang == "zh" else ""
        click.secho(f"{told['kind']}: {diagnosis['code']}", fg="red", bold=True)
        click.echo(diagnosis[f"summary{other}"] or diagnosis["summary"])
        page = diagnosis["docs"].replace(".md#", ".zh-CN.md#") if lang == "zh" else diagnosis["docs"]
        for name, text in ((change, diagnosis[f"fix{other}"]), (more, page)):
            if text:
                click.echo(f"{click.style(name, dim=True)}  {text}")
    for name, text in ((string, told["string_to_sign"]), (signature, told["expected"])):
        if text:
            click.secho(name, dim=True)
            click.echo("".join(f"  {line}\n" for line in text.splitlines()), nl=False)
    if diagnosis is not None and diagnosis["nearest"]:
        click.secho(nearest, dim=True)
        say_table([(one["field"], one["came"], one["good"]) for one in diagnosis["nearest"]], ("field", "came", "good"))
