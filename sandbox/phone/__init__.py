"""Payer -> platform: what the WeChat client on a phone does, and what it tells the payer and the page."""
