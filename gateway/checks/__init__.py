"""Checks: one question each about a message or its sender, one finding each; none knows another."""
