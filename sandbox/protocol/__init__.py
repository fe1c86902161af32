"""The wire: bytes to values and back, pure functions of their arguments."""
