-- Who is told what and when: methods, policies, messages that wait, and the ledger of what was sent.
CREATE TABLE methods (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  config TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  locale TEXT NOT NULL,
  state INTEGER NOT NULL,
  code_hash TEXT,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE policies (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  config TEXT NOT NULL,
  is_default INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX policies_one_default ON policies (is_default) WHERE is_default = 1;

CREATE TABLE policy_methods (
  policy TEXT NOT NULL REFERENCES policies (id) ON DELETE CASCADE,
  method TEXT NOT NULL REFERENCES methods (id),
  PRIMARY KEY (policy, method)
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_methods_by_method ON policy_methods (method);

-- An alert without a row here follows the default policy; one with an empty `policy` is told to nobody.
CREATE TABLE alert_policies (
  alert TEXT NOT NULL,
  policy TEXT REFERENCES policies (id) ON DELETE CASCADE,
  UNIQUE (alert, policy)
) STRICT;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  triggered_id TEXT NOT NULL,
  lane TEXT NOT NULL,
  kind TEXT NOT NULL,
  method TEXT NOT NULL,
  policy TEXT NOT NULL,
  payload TEXT NOT NULL,
  state INTEGER NOT NULL,
  due INTEGER NOT NULL,
  lease INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  created INTEGER NOT NULL,
  settled INTEGER,
  last_error TEXT
) STRICT;
CREATE INDEX outbox_due ON outbox (due, id) WHERE state = 0;
CREATE INDEX outbox_lane ON outbox (lane, id) WHERE state = 0;
CREATE INDEX outbox_by_state ON outbox (state, id);
CREATE INDEX outbox_by_triggered ON outbox (triggered_id, id);

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  outbox INTEGER NOT NULL,
  triggered_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  method TEXT NOT NULL,
  method_name TEXT NOT NULL,
  recipient TEXT NOT NULL,
  try INTEGER NOT NULL,
  at INTEGER NOT NULL,
  took INTEGER NOT NULL,
  result INTEGER NOT NULL,
  answer TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_by_triggered ON attempts (triggered_id, id);
CREATE INDEX attempts_by_method ON attempts (method, id);
CREATE INDEX attempts_by_outbox ON attempts (outbox, id);
