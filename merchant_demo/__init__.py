"""A small shop that takes WeChat Pay: the reference merchant, written as one would write one's own."""
