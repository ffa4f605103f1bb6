"""The screens and the windows over them: they show state and post what is wanted."""
