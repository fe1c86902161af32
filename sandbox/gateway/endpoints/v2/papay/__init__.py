"""Deductions under a contract: 委托代扣."""
