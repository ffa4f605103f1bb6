-- The allow and block lists: `entry` is a ListEntry as JSON without its number and what counts its hits.
-- Times are seconds since the epoch, UTC.
CREATE TABLE list_entry (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    entry    TEXT NOT NULL,
    hits     INTEGER NOT NULL DEFAULT 0,
    last_hit REAL
) STRICT;

-- Who changed the lists, and how an entry was before and after (JSON; null: it was not there). `undoes` is the number
-- of the change that this one takes back, 0 for none. The oldest go.
CREATE TABLE list_change (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,
    time         REAL NOT NULL,
    by           TEXT NOT NULL,
    undoes       INTEGER NOT NULL DEFAULT 0,
    is_undone    INTEGER NOT NULL DEFAULT 0,
    before_entry TEXT,
    after_entry  TEXT
) STRICT;

-- To whom the office has written: the folded address, and the last day in days since the epoch.
CREATE TABLE correspondent (
    address TEXT PRIMARY KEY,
    day     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
