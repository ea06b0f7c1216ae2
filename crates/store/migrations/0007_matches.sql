-- Matches that folds, windows and ladders are made of again after a restart or a change of what is active.
CREATE TABLE matches (
  id INTEGER PRIMARY KEY,
  time INTEGER,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX matches_by_time ON matches (time, id);
