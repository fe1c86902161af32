"""A phone for the verbs of its owner."""

from typing import Any

import pytest
from wire_phone import Phone


@pytest.fixture
def phone(merchant: Any) -> Phone:
    """In the hand of a payer of the tenant."""
    return Phone(merchant)
