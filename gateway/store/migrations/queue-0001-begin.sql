-- One row for each message that waits for one lane; `id` is the name of its file.
-- Times are seconds since the epoch, UTC. `state`: queued, in-doubt, held, dead, done.
CREATE TABLE queue_entry (
    id           TEXT PRIMARY KEY,
    code         TEXT NOT NULL,
    lane         TEXT NOT NULL,
    state        TEXT NOT NULL,
    since        REAL NOT NULL,
    next_attempt REAL NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    dot_at       REAL,
    reverse_path TEXT NOT NULL,
    size_octets  INTEGER NOT NULL,
    cause        TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX queue_entry_by_lane ON queue_entry (lane, state, since);
CREATE INDEX queue_entry_by_code ON queue_entry (code);

-- The recipients of an entry, in their order, with the last outcome of each.
CREATE TABLE queue_recipient (
    entry_id TEXT NOT NULL REFERENCES queue_entry (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    key      TEXT NOT NULL,
    address  TEXT NOT NULL,
    is_open  INTEGER NOT NULL DEFAULT 1,
    result   TEXT NOT NULL DEFAULT '',
    stage    TEXT NOT NULL DEFAULT '',
    hop      TEXT NOT NULL DEFAULT '',
    reply    TEXT NOT NULL DEFAULT '',
    detail   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (entry_id, position)
) STRICT;

-- Messages in quarantine. `file` is the name of the file; `about` is a HeldMessage as JSON, which the
-- columns before it repeat where a query needs them. `folded` is what a search looks at.
CREATE TABLE quarantine (
    code        TEXT PRIMARY KEY,
    file        TEXT NOT NULL,
    held_at     REAL NOT NULL,
    kind        TEXT NOT NULL,
    size_octets INTEGER NOT NULL,
    is_released INTEGER NOT NULL DEFAULT 0,
    folded      TEXT NOT NULL,
    about       TEXT NOT NULL
) STRICT;
CREATE INDEX quarantine_by_time ON quarantine (held_at, code);
