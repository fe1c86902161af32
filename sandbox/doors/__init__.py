"""How an unmodified program gets here: TLS under the platform's own host names, and a proxy that answers for them.

The gateway's protocol factory is passed in: nothing in here knows what is answered.
"""


class AuthorityError(Exception):
    """The TLS authority cannot be read or made; the message says what to do."""
