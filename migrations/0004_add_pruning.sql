-- Trials that are ended early because others do better, and those that go on in spite of it.

-- The last checkpoint of a pruned trial, from which it can go on. It has none if it never had one: then it goes on from
-- its start, with the same bits.
ALTER TABLE trials ADD COLUMN pruned_path TEXT CHECK (pruned_path IS NULL OR state = 'pruned');
ALTER TABLE trials ADD COLUMN pruned_bytes INTEGER;
ALTER TABLE trials ADD COLUMN pruned_digest TEXT;
ALTER TABLE trials ADD COLUMN pruned_iteration INTEGER CHECK (
    (pruned_path IS NULL) = (pruned_bytes IS NULL)
    AND (pruned_path IS NULL) = (pruned_digest IS NULL)
    AND (pruned_path IS NULL) = (pruned_iteration IS NULL)
);
-- The iteration at which this trial was pruned, once somebody has let it go on: it is judged no more.
ALTER TABLE trials ADD COLUMN resumed_iteration INTEGER CHECK (resumed_iteration >= 0);

CREATE INDEX trials_pruned ON trials (pruned_path) WHERE pruned_path IS NOT NULL;
