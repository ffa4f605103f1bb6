"""What the screens are built of; each draws lines of pieces, never markup."""
