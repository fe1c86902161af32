"""Logging in: the page's code for an openid, and the shop's own session for that openid."""

import hashlib
import json
import secrets
import sqlite3
import time

import aiohttp

from merchant_demo.config import Settings
from merchant_demo.errors import LoginRefused, NotLoggedIn, PlatformFailure, Unreachable

SESSION_SECONDS = 24 * 3600

# The code itself is at fault (used up, unknown, blocked): the page may try again with a new one.
CODE_FAULTS = frozenset({40029, 40163, 40226})


class Login:
    """Exchanges the code of `wx.login`. The session_key stays here: it belongs neither in a page nor in a log."""

    def __init__(self, settings: Settings, http: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._http = http

    async def openid(self, code: str) -> str:
        """The openid of whoever made the code, which works once. Raises LoginRefused, PlatformFailure."""
        return self.read(await self.exchange(code))

    async def exchange(self, code: str) -> bytes:
        """What the platform says to the code. Raises Unreachable."""
        url = f"{self._settings.platform.rstrip('/')}/sns/jscode2session"
        query = {
            "appid": self._settings.appid,
            "secret": self._settings.app_secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        try:
            async with self._http.get(url, params=query) as answer:
                # The platform labels this JSON text/plain, so the label cannot be relied on.
                return await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            reason = str(error) or type(error).__name__
            raise Unreachable("platform-unreachable", f"no answer from {url}: {reason}") from error

    def read(self, content: bytes) -> str:
        """The openid in the answer. Raises LoginRefused, PlatformFailure."""
        try:
            said = json.loads(content)
            errcode, errmsg, openid = said.get("errcode", 0), said.get("errmsg", ""), said.get("openid", "")
        except (ValueError, AttributeError) as error:
            message = f"jscode2session: expected a JSON object, came {content[:60]!r}"
            raise PlatformFailure("platform-unreadable", message) from error
        if errcode in CODE_FAULTS:
            raise LoginRefused(str(errcode), f"jscode2session: {errmsg}")
        if errcode:
            raise PlatformFailure(str(errcode), f"jscode2session: {errmsg}")
        if not isinstance(openid, str) or not openid:
            raise PlatformFailure("platform-unreadable", f"jscode2session: expected an openid, came {sorted(said)}")
        return openid


class Sessions:
    """The shop's own sessions: random tokens, of which only a digest is stored."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def open(self, openid: str) -> str:
        token = secrets.token_urlsafe(32)
        with self._db:
            self._db.execute("DELETE FROM sessions WHERE expires < ?", (time.time(),))
            row = (_digest(token), openid, time.time() + SESSION_SECONDS)
            self._db.execute("INSERT INTO sessions (token, openid, expires) VALUES (?, ?, ?)", row)
        return token

    def openid(self, token: str) -> str:
        """Whose session it is. Raises NotLoggedIn."""
        query = "SELECT openid FROM sessions WHERE token = ? AND expires > ?"
        row = self._db.execute(query, (_digest(token), time.time())).fetchone()
        if row is None:
            raise NotLoggedIn(
                "not-logged-in", "expected the token of POST /login as a Bearer token or cookie; log in again"
            )
        return str(row["openid"])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
