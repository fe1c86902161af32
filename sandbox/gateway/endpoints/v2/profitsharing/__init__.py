"""Profit sharing: HMAC-SHA256 only, over the same book as APIv3's."""
