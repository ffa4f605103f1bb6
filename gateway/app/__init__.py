"""The composition root: the only package that knows all the parts. `run` is the gateway from start to stop."""

from gateway.app.run import run

__all__ = ["run"]
