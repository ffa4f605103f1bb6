"""The command `poterne`: one file for each group of verbs; talks to the control socket."""
