"""`wechatpay-sandbox credentials`: who a merchant is here, with keys and certificates."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from sandbox.app import Sandbox
from sandbox.cli.connection import Connection, connected
from sandbox.cli.display import Trouble, json_option, say_json, say_table, yuan
from sandbox.config import Settings
from sandbox.control.client import ControlClient, ControlError
from sandbox.platform.identities import DEFAULT
from sandbox.platform.keys import KeyPool, MerchantCredentials, write


@click.command()
@click.option("--mch-id", default="", help="Which merchant.  [default: the tenant's first]")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write apiclient_cert.p12, the PEM pair, platform certificate, platform public key and CA into DIR.",
)
@connected
@json_option
def credentials(mch_id: str, out: Path | None, connection: Connection, as_json: bool) -> None:
    """Show a tenant's credentials; --out also writes the certificate and key files.

    The default tenant's are the same on every machine, so they are shown even when no sandbox runs.
    """
    told = asyncio.run(_tenant(connection))
    merchant = _merchant(told["merchants"], mch_id)
    keys = MerchantCredentials(KeyPool(), merchant["mchid"])
    numbers = {"serial_no": keys.serial_no, "platform_serial": keys.platform_serial, "pub_key_id": keys.pub_key_id}
    files = None if out is None else msgspec.to_builtins(write(keys, out), enc_hook=str)
    if as_json:
        chosen = {"mch_id": merchant["mchid"], "api_key": merchant["api_key"], "apiv3_key": merchant["apiv3_key"]}
        say_json({**told, **chosen, **numbers, "files": files})
        return
    _say(told, merchant, numbers)
    for name, path in (files or {}).items():
        click.echo(f"  {name:<16} {path}")


async def _tenant(connection: Connection) -> dict[str, Any]:
    """The tenant as a running sandbox describes it; the default one is known without."""
    try:
        return await _described(connection)
    except ControlError as error:
        if error.status != 0 or connection.tenant != DEFAULT:
            raise Trouble(str(error)) from None
    click.echo(f"no sandbox answers at {connection.url}; these are the default tenant's, as ever", err=True)
    async with Sandbox(Settings(port=0)) as box:
        return {**await _described(Connection(box.url, DEFAULT, "")), "url": connection.url}


async def _described(connection: Connection) -> dict[str, Any]:
    async with ControlClient(connection.url, tenant=connection.tenant, token=connection.token) as control:
        return await control.call("tenants.get", {"id": connection.tenant})


def _merchant(merchants: list[dict[str, str]], mch_id: str) -> dict[str, str]:
    found = next((one for one in merchants if mch_id in ("", one["mchid"])), None)
    if found is None:
        raise Trouble(f"no merchant {mch_id!r} here; there are {', '.join(one['mchid'] for one in merchants)}")
    return found


def _say(told: Mapping[str, Any], merchant: Mapping[str, str], numbers: Mapping[str, str]) -> None:
    click.secho(f"tenant {told['id']} at {told['url']}", bold=True)
    lines = {
        "appid": told["appid"],
        "app secret": told["app_secret"],
        "mch_id": f"{merchant['mchid']}  {merchant['name']}",
        "API v2 key": merchant["api_key"],
        "APIv3 key": merchant["apiv3_key"],
        "serial_no": f"{numbers['serial_no']}  (of the merchant's certificate)",
        "platform serial": numbers["platform_serial"],
        "public key id": numbers["pub_key_id"],
    }
    for name, text in lines.items():
        click.echo(f"  {name:<16} {text}")
    say_table([(one["appid"], one["secret"]) for one in told["apps"]], ("appid", "secret"))
    rows = [(one["mchid"], one["api_key"], one["kind"], one["name"]) for one in told["merchants"]]
    say_table(rows, ("mch_id", "API v2 key", "kind", "name"))
    payers = [
        (user["id"], user["nickname"], yuan(user["balance"]), appid, openid)
        for user in told["users"]
        for appid, openid in user["openids"].items()
    ]
    say_table(payers, ("payer", "name", "balance", "appid", "openid"))
