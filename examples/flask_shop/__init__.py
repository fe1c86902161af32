"""A tea shop on Flask and wechatpy, which speaks API v2, and its tests."""
