-- One row for each message or refusal. `record` is a MessageRecord as JSON, its dispositions and evidence
-- included; the columns before it repeat what a query needs. `action` is the strictest of its dispositions,
-- or the kind when it has none. `folded` is what a search looks at. `time` is seconds since the epoch, UTC.
CREATE TABLE message (
    id     TEXT PRIMARY KEY,
    time   REAL NOT NULL,
    code   TEXT NOT NULL,
    action TEXT NOT NULL,
    folded TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX message_by_time ON message (time, id);
CREATE INDEX message_by_code ON message (code);
