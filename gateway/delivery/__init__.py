"""Handing on: from a consignment to one outcome per recipient."""
