"""API v2 of the payment gateway."""
