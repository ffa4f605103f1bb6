-- The record, packed (`store/packing`); rows from before have it in `record`, which is a short one where this is not null.
ALTER TABLE message ADD COLUMN packed BLOB;
