"""A tea shop on FastAPI and the asyncio client of wechatpayv3, and its tests."""
