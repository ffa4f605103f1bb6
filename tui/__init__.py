"""The interface on the console and over SSH; comes in a later release. This is its place."""
