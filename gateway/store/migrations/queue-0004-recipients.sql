-- Who exists, and who says so: one row for each address and source. `key` is the folded address. `source`: delivery (a
-- next hop took a message for it), sender (it wrote from inside), person (added or imported), directory (LDAP), removed
-- (a person took it off; nothing learned brings it back). `seen` is the last time, as of some day.
-- Times are seconds since the epoch, UTC, 0 while the clock was not set.
CREATE TABLE recipient (
    domain      TEXT NOT NULL,
    key         TEXT NOT NULL,
    source      TEXT NOT NULL,
    since       REAL NOT NULL,
    seen        REAL NOT NULL,
    by          TEXT NOT NULL DEFAULT '',
    inside_only INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (domain, key, source)
) STRICT, WITHOUT ROWID;

-- What is known of a domain as a whole: when learning began and ended, and when its directory was last read whole.
CREATE TABLE recipient_domain (
    domain         TEXT PRIMARY KEY,
    learning_since REAL NOT NULL DEFAULT 0,
    learning_ended REAL NOT NULL DEFAULT 0,
    ended_by       TEXT NOT NULL DEFAULT '',
    synced_at      REAL NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- What people changed, with the rows as they were before, as JSON: for undo. The oldest go.
CREATE TABLE recipient_change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time   REAL NOT NULL,
    by     TEXT NOT NULL,
    what   TEXT NOT NULL,
    before TEXT NOT NULL
) STRICT;
