"""What the screens show, computed from the protocol's values: frozen, and without Textual."""
