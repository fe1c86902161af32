"""Every refusal a merchant can meet, as data: one row a condition, one table a family."""

from sandbox.errors.problem import Confidence, Layer, Refusal, Row, Spelling, catalogue, find

__all__ = ["Confidence", "Layer", "Refusal", "Row", "Spelling", "catalogue", "find"]
