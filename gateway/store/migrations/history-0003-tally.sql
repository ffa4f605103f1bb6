-- What charts need, counted by the hour (`core/tally`): hours since the epoch, what is counted, for whom, how often.
CREATE TABLE tally (
    hour   INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    name   TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (kind, hour, name)
) STRICT, WITHOUT ROWID;
