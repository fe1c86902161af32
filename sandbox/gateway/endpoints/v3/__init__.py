"""APIv3 of the payment gateway."""
