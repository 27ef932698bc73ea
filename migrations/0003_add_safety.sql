-- What a crash, a damaged file and a full disk are met with.

-- Crashes of the daemon for which this trial is to blame: it ran alone when the signal came.
ALTER TABLE trials ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0 CHECK (crashes >= 0);
-- A slice of it ran on the thread that crashed: until it has ended, it runs alone.
ALTER TABLE trials ADD COLUMN is_suspect INTEGER NOT NULL DEFAULT 0 CHECK (is_suspect IN (0, 1));

-- The checkpoint before the last: what the trial goes on from when the last one is damaged.
ALTER TABLE trials ADD COLUMN previous_path TEXT;
ALTER TABLE trials ADD COLUMN previous_bytes INTEGER;
ALTER TABLE trials ADD COLUMN previous_digest TEXT;
ALTER TABLE trials ADD COLUMN previous_iteration INTEGER CHECK (
    (previous_path IS NULL) = (previous_bytes IS NULL)
    AND (previous_path IS NULL) = (previous_digest IS NULL)
    AND (previous_path IS NULL) = (previous_iteration IS NULL)
    AND (previous_path IS NULL OR checkpoint_path IS NOT NULL)
);

-- 0 once retention has removed the model's file; its digest stays, so that the same weights can be made again and known.
ALTER TABLE trials ADD COLUMN model_kept INTEGER NOT NULL DEFAULT 1 CHECK (model_kept IN (0, 1));
-- Somebody asked to keep this model whatever its rank.
ALTER TABLE trials ADD COLUMN is_pinned INTEGER NOT NULL DEFAULT 0 CHECK (is_pinned IN (0, 1));

CREATE INDEX trials_previous ON trials (previous_path) WHERE previous_path IS NOT NULL;
-- Retention looks at what is kept, however many trials have ended.
CREATE INDEX trials_kept ON trials (sweep) WHERE model_path IS NOT NULL AND model_kept = 1;
