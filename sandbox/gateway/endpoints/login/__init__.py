"""api.weixin.qq.com and open.weixin.qq.com: login, tokens, OAuth and what surrounds a payment."""
