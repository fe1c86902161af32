"""WeChat Pay's APIv3: JSON, signed with RSA by either side's own key, notifications encrypted."""
