"""Who the shop is in a test: names and keys as text, certificates and keys as files for the SDKs that want paths."""

import base64
import os
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

Fetch = Callable[[str], dict[str, Any]]
"""From an mchid to what `merchants.credentials` answers."""

Folder = Callable[[], Path]
"""Makes an empty folder."""


class Credentials:
    """A merchant of the test's tenant, the first unless `of` gave another. Files are written when first asked for."""

    def __init__(self, tenant: Mapping[str, Any], keys: Mapping[str, Any], fetch: Fetch, folder: Folder) -> None:
        """`keys` is of `merchants.credentials`, or as much of it as the tenant tells by itself."""
        self.url = str(tenant["url"])
        self.appid = str(tenant["appid"])
        self.app_secret = str(tenant["app_secret"])
        self.mch_id = str(keys["mchid"])
        self.api_key = str(keys["api_key"])
        self.apiv3_key = str(keys["apiv3_key"])
        self.serial_no = str(keys["serial_no"])
        self.cert_pem = str(keys["cert_pem"])
        self.key_pem = str(keys["key_pem"])
        self.platform_serial = str(keys["platform_serial"])
        self.platform_cert_pem = str(keys["platform_cert_pem"])
        self.pub_key_id = str(keys["pub_key_id"])
        self.pub_key_pem = str(keys["pub_key_pem"])
        self.mch_ids = tuple(str(one["mchid"]) for one in tenant["merchants"])
        self.openids = {str(one["id"]): str(one["openids"][self.appid]) for one in tenant["users"]}
        self._tenant, self._fetch, self._make_folder = tenant, fetch, folder

    @property
    def openid(self) -> str:
        """The first payer's, under this appid."""
        return next(iter(self.openids.values()))

    def of(self, mch_id: str) -> "Credentials":
        """Another merchant's of `mch_ids`: not bound, public key only, service provider, its sub-merchant."""
        return Credentials(self._tenant, self._fetch(mch_id), self._fetch, self._make_folder)

    @cached_property
    def p12(self) -> bytes:
        """apiclient_cert.p12; its password is the mch_id."""
        return base64.b64decode(self._all["p12"])

    @property
    def ca_pem(self) -> str:
        """Who issued the certificates."""
        return str(self._all["ca_pem"])

    @property
    def p12_file(self) -> Path:
        """apiclient_cert.p12."""
        return self._file("apiclient_cert.p12", lambda: self.p12)

    @property
    def cert_file(self) -> Path:
        """apiclient_cert.pem."""
        return self._file("apiclient_cert.pem", self.cert_pem.encode)

    @property
    def key_file(self) -> Path:
        """apiclient_key.pem."""
        return self._file("apiclient_key.pem", self.key_pem.encode)

    @property
    def platform_cert_file(self) -> Path:
        """The platform certificate, named as the official downloaders name it."""
        return self._file(f"wechatpay_{self.platform_serial}.pem", self.platform_cert_pem.encode)

    @property
    def pub_key_file(self) -> Path:
        """The platform's public key."""
        return self._file("pub_key.pem", self.pub_key_pem.encode)

    @property
    def ca_file(self) -> Path:
        """The certificates' issuer."""
        return self._file("ca.pem", self.ca_pem.encode)

    def environment(self) -> dict[str, str]:
        """The variables by which `wechatpay-sandbox run` tells a program the same; for a shop in its own process."""
        told = {
            "URL": self.url,
            "APPID": self.appid,
            "APP_SECRET": self.app_secret,
            "MCH_ID": self.mch_id,
            "API_KEY": self.api_key,
            "APIV3_KEY": self.apiv3_key,
            "CERT": self.cert_file,
            "KEY": self.key_file,
            "P12": self.p12_file,
            "SERIAL": self.serial_no,
            "PLATFORM_CERT": self.platform_cert_file,
            "PUB_KEY": self.pub_key_file,
            "PUB_KEY_ID": self.pub_key_id,
        }
        return {f"WECHATPAY_SANDBOX_{name}": str(value) for name, value in told.items()}

    @cached_property
    def _all(self) -> dict[str, Any]:
        return self._fetch(self.mch_id)

    @cached_property
    def _folder(self) -> Path:
        return self._make_folder()

    def _file(self, name: str, content: Callable[[], bytes]) -> Path:
        path = self._folder / name
        if not path.exists():
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content())
        return path
