"""A tea shop on aiohttp that signs API v2 by itself, and its tests."""
