"""The composition root: the only package that knows all the parts. `run.run` is the gateway from start to stop."""
