-- The record, packed (`store/packing`); rows from before have it in `record`, which is empty where this is not.
ALTER TABLE message ADD COLUMN packed BLOB;
