"""Merchant -> platform: what a request meets on its way in, and what goes back."""
