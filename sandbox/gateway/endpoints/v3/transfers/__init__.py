"""Transfers to payers."""
