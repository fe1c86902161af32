"""Sensitive fields of a request: which key they are encrypted to, and their text.

pay.weixin.qq.com/doc/v3/merchant/4013053257. Handlers see the plain text; the journal keeps what came.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.domain.merchant import Merchant
from sandbox.errors import Refusal, v3
from sandbox.gateway.dialects import v3reply
from sandbox.gateway.forms import Field, Form
from sandbox.platform.tenants import Tenant
from sandbox.protocol import aead

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


def open_fields(form: Form, tenant: Tenant, merchant: Merchant, serial: str) -> None:
    """Put the plain text in the place of every encrypted field that was sent.

    `serial` is the request's Wechatpay-Serial. Raises Refusal.
    """
    sealed = list(_sealed(form)) if form.sensitive else []
    if not sealed:
        return
    key = _key(tenant, merchant, serial)
    for holder, field in sealed:
        try:
            holder.__dict__[field.name] = aead.unseal(holder.__dict__[field.name], key)
        except aead.DecryptError:
            raise Refusal(
                v3.SENSITIVE_UNREADABLE, field=field.name, came="a text that this key does not open",
                expected=f"RSA-OAEP (SHA-1) to the key {serial}, base64",
            ) from None  # fmt: skip


def _key(tenant: Tenant, merchant: Merchant, serial: str) -> "RSAPrivateKey":
    if not serial:
        raise Refusal(v3.SENSITIVE_SERIAL_MISSING, field="Wechatpay-Serial", came="nothing")
    key = v3reply.platform_key(tenant, merchant, serial)
    if key is None:
        keys = tenant.credentials(merchant)
        expected = f"{keys.pub_key_id} or {keys.platform_serial}"
        raise Refusal(v3.SENSITIVE_SERIAL_WRONG, field="Wechatpay-Serial", came=serial, expected=expected)
    return key.private


def _sealed(form: Form) -> Iterator[tuple[Form, Field]]:
    """The encrypted fields that are there, each with the form that holds it."""
    for field in form.fields:
        value = form.__dict__.get(field.name)
        if not value:
            continue
        if field.sensitive:
            yield form, field
        elif field.shape is not None:
            for inner in value if isinstance(value, list) else [value]:
                yield from _sealed(inner)
