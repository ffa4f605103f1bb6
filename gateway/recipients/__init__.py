"""Who exists: one file per way to know it; `directory` picks the way of each domain."""
