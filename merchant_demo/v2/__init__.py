"""WeChat Pay's API v2: flat XML, signed with a key that both sides know."""
