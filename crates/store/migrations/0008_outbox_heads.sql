-- Of each lane the first waiting message is its head. Only heads are looked at for what is due: while an address is down,
-- what waits behind costs nothing.
ALTER TABLE outbox ADD COLUMN head INTEGER NOT NULL DEFAULT 0;
UPDATE outbox SET head = 1 WHERE state = 0 AND NOT EXISTS (SELECT 1 FROM outbox AS f WHERE f.state = 0 AND f.lane = outbox.lane AND f.id < outbox.id);
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (due, id) WHERE state = 0 AND head = 1;
