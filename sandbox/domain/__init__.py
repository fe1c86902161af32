"""The rules of the platform, pure: frozen values in, frozen values or a `Refusal` out.

Nothing here reads a clock, draws a number, opens a file or knows how a message is spelt on the wire.
Instants are milliseconds since the epoch, money is fen.
"""
