-- Packs with every version that was ever installed, what is switched on, and what was edited on top of a version.
CREATE TABLE packs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL,
  installed_by TEXT NOT NULL,
  installed_at INTEGER NOT NULL,
  removed_at INTEGER,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE pack_versions (
  pack TEXT NOT NULL REFERENCES packs (id),
  digest TEXT NOT NULL,
  version TEXT NOT NULL,
  files BLOB NOT NULL,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (pack, digest)
) STRICT;

CREATE TABLE alerts (
  id TEXT PRIMARY KEY,
  pack TEXT NOT NULL,
  name TEXT NOT NULL,
  category TEXT NOT NULL,
  present INTEGER NOT NULL,
  active INTEGER NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX alerts_by_pack ON alerts (pack, id);

CREATE TABLE overlays (
  alert TEXT PRIMARY KEY,
  patch TEXT NOT NULL,
  base TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
