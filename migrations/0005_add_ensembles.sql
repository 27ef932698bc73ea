-- Several models that were measured together.

-- The models of a promotion, the best first; a promotion of a single model has none.
CREATE TABLE promotion_members (
    promotion INTEGER NOT NULL REFERENCES promotions (id),
    position INTEGER NOT NULL CHECK (position >= 0),
    trial INTEGER NOT NULL REFERENCES trials (id),
    model_digest TEXT NOT NULL CHECK (model_digest <> ''),
    -- Of its probabilities in the mean.
    weight REAL NOT NULL CHECK (weight > 0),
    val_accuracy REAL NOT NULL,
    PRIMARY KEY (promotion, position)
) STRICT, WITHOUT ROWID;

-- Retention asks whether a model belongs to an ensemble.
CREATE INDEX promotion_members_by_model ON promotion_members (model_digest);

CREATE TRIGGER promotion_members_stay_as_written BEFORE UPDATE ON promotion_members
BEGIN
    SELECT RAISE(ABORT, 'a promotion is never changed');
END;

CREATE TRIGGER promotion_members_stay BEFORE DELETE ON promotion_members
BEGIN
    SELECT RAISE(ABORT, 'a promotion is never removed');
END;

-- `INSERT OR REPLACE` removes rows without asking the trigger above.
CREATE TRIGGER promotion_members_are_not_replaced BEFORE INSERT ON promotion_members
WHEN EXISTS (SELECT 1 FROM promotion_members WHERE promotion = NEW.promotion AND position = NEW.position)
BEGIN
    SELECT RAISE(ABORT, 'a promotion is never replaced');
END;
