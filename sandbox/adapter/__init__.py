"""A merchant under test: how it is described, put up beside a sandbox, and asked to do things."""
