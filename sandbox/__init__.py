"""WeChat Pay on a laptop."""

__version__ = "0.1.0"
