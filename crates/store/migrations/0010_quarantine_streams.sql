-- What a replay needs besides the bytes: the stream that a record belongs to. And how much is kept, summed from an index.
ALTER TABLE quarantine ADD COLUMN stream TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN kept INTEGER NOT NULL GENERATED ALWAYS AS (length(bytes)) VIRTUAL;
CREATE INDEX quarantine_by_size ON quarantine (id, kept);
