"""Pure values and decisions: no I/O, no clock, no event loop, no log; standard library only."""
