"""The payer's phone in a browser, and `wx.js`, which puts it behind a merchant's page."""
