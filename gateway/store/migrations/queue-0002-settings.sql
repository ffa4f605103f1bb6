-- Every version of the settings that ran or is on trial, whole. `state`: trial, keeping, kept, reverted.
-- `via` says how it came: first start, edited by hand, try, edit, undo. `ended` says why a trial ended.
-- `changes` is a list of [key, old, new] as JSON. `release` applied it. Times are seconds since the epoch, UTC.
CREATE TABLE settings_version (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    time    REAL NOT NULL,
    by      TEXT NOT NULL,
    via     TEXT NOT NULL,
    release TEXT NOT NULL,
    state   TEXT NOT NULL,
    ended   TEXT NOT NULL DEFAULT '',
    changes TEXT NOT NULL,
    text    TEXT NOT NULL
) STRICT;
