-- Who may do what: users, roles and their reach, sessions and tokens (only hashes), the first setup.
CREATE TABLE roles (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  base INTEGER NOT NULL,
  limited INTEGER NOT NULL,
  builtin INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO roles (id, name, base, limited, builtin, revision) VALUES
  ('viewer', 'viewer', 0, 0, 1, 1),
  ('analyst', 'analyst', 1, 0, 1, 1),
  ('engineer', 'engineer', 2, 0, 1, 1),
  ('admin', 'admin', 3, 0, 1, 1),
  ('ingest-only', 'ingest-only', 4, 0, 1, 1);

CREATE TABLE role_grants (
  role TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
  kind INTEGER NOT NULL,
  target TEXT NOT NULL,
  level INTEGER NOT NULL,
  PRIMARY KEY (role, kind, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  display TEXT NOT NULL,
  email TEXT NOT NULL,
  password_hash TEXT,
  role TEXT NOT NULL REFERENCES roles (id),
  disabled INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  locked_until INTEGER,
  last_login INTEGER,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE INDEX users_by_role ON users (role);

CREATE TABLE sessions (
  hash TEXT PRIMARY KEY,
  user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created INTEGER NOT NULL,
  seen INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  peer TEXT NOT NULL,
  agent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user);
CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  owner TEXT REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL REFERENCES roles (id),
  scopes TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER,
  used INTEGER,
  revoked INTEGER
) STRICT;
CREATE INDEX tokens_by_owner ON tokens (owner);
CREATE INDEX tokens_by_role ON tokens (role);

CREATE TABLE setup (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  hash TEXT NOT NULL,
  expires INTEGER NOT NULL,
  used INTEGER
) STRICT;
