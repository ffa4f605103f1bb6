-- When the sender was told that a message waits, seconds since the epoch, UTC.
ALTER TABLE queue_entry ADD COLUMN told_at REAL;
