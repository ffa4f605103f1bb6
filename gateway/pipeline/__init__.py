"""The order of things: what any door asks, the judgement, the handing on. Nothing else knows it."""
