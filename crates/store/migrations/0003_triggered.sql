-- Triggered alerts: what is filtered and sorted stands in a narrow table, the documents beside it.
CREATE TABLE triggered (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  alert_id TEXT NOT NULL,
  alert TEXT NOT NULL,
  pack TEXT NOT NULL,
  category TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  status INTEGER NOT NULL,
  status_by TEXT NOT NULL,
  status_at INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  priority_told INTEGER NOT NULL,
  priority_by TEXT,
  outcome INTEGER NOT NULL,
  step INTEGER NOT NULL,
  host TEXT NOT NULL,
  user TEXT NOT NULL,
  ladder_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  time INTEGER,
  last INTEGER,
  count INTEGER NOT NULL,
  seen_count INTEGER NOT NULL,
  assignee TEXT,
  acknowledged_by TEXT,
  acknowledged_at INTEGER,
  position INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  change INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX triggered_by_time ON triggered (at, id);
CREATE INDEX triggered_by_status ON triggered (status, at, id);
CREATE INDEX triggered_by_alert ON triggered (alert_id, at, id);
CREATE INDEX triggered_by_host ON triggered (host, at, id);
CREATE INDEX triggered_by_user ON triggered (user, at, id);
CREATE INDEX triggered_by_assignee ON triggered (assignee, at, id) WHERE assignee IS NOT NULL;
CREATE INDEX triggered_by_ladder ON triggered (ladder_id) WHERE ladder_id <> '';
CREATE UNIQUE INDEX triggered_by_change ON triggered (change);

CREATE TABLE triggered_documents (
  n INTEGER PRIMARY KEY REFERENCES triggered (n) ON DELETE CASCADE,
  document TEXT NOT NULL,
  story TEXT,
  appended TEXT
) STRICT;

CREATE TABLE triggered_events (
  n INTEGER NOT NULL REFERENCES triggered (n) ON DELETE CASCADE,
  event TEXT NOT NULL,
  time INTEGER,
  copy TEXT NOT NULL,
  PRIMARY KEY (n, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX triggered_events_by_event ON triggered_events (event);

CREATE TABLE comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  n INTEGER NOT NULL REFERENCES triggered (n) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  author TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX comments_by_triggered ON comments (n, id);

CREATE TABLE tags (
  n INTEGER NOT NULL REFERENCES triggered (n) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (n, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_by_tag ON tags (tag, n);
