"""A tea shop on Django and wechatpayv3, which speaks APIv3, and its tests."""
