"""The platform's wire languages: each decodes, authenticates, encodes and refuses in its own way."""
