"""Profit sharing."""
