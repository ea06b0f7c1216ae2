-- How much of a triggered alert was told by a method: only what is more than that is told again.
CREATE TABLE told (
  triggered_id TEXT NOT NULL,
  method TEXT NOT NULL,
  step INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (triggered_id, method)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_by_time ON told (at);
