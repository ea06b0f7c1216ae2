-- What really came in: kinds of events per source, what could not be read, and the jobs that are known of.
CREATE TABLE seen (
  source TEXT NOT NULL,
  host TEXT NOT NULL,
  product TEXT NOT NULL,
  service TEXT NOT NULL,
  event_code TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL,
  fields TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (source, host, product, service, event_code)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  source TEXT NOT NULL,
  reason TEXT NOT NULL,
  format TEXT NOT NULL,
  peer TEXT NOT NULL,
  length INTEGER NOT NULL,
  place TEXT NOT NULL,
  bytes BLOB NOT NULL,
  replayed INTEGER
) STRICT;
CREATE INDEX quarantine_by_source ON quarantine (source, id);
CREATE INDEX quarantine_by_reason ON quarantine (reason, id);

CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  first INTEGER,
  last INTEGER,
  next INTEGER,
  position INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_by_host ON jobs (host, id);
CREATE INDEX jobs_by_kind ON jobs (kind, id);
CREATE INDEX jobs_by_next ON jobs (next, id) WHERE next IS NOT NULL;
