-- Times are Unix seconds, bound by the program and never taken from SQLite's clock.
-- A REAL that is not a number arrives as NULL: that is how SQLite keeps NaN. Infinities are kept as they are.

-- 'swpd': tells this file from other programs' databases.
PRAGMA application_id = 0x73777064;

-- One row for each start of the daemon.
CREATE TABLE boots (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (id <> ''),
    started_at REAL NOT NULL,
    -- Set by a clean stop, and by nothing else.
    stopped_at REAL
) STRICT;

CREATE TABLE sweeps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'completed', 'cancelled', 'failed')),
    closing TEXT CHECK (closing IN ('stop', 'finish', 'cancel', 'fail')),
    reason TEXT,
    -- The sweep file as it was sent, and what the command line changed, as JSON.
    file TEXT NOT NULL,
    overrides TEXT NOT NULL,
    trials INTEGER NOT NULL CHECK (trials >= 0),
    priority INTEGER NOT NULL,
    metric TEXT NOT NULL CHECK (metric IN ('val_accuracy', 'val_loss')),
    dataset_digest TEXT,
    version TEXT NOT NULL,
    uid INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    submitted_at REAL NOT NULL,
    started_at REAL,
    ended_at REAL,
    active_seconds REAL NOT NULL DEFAULT 0 CHECK (active_seconds >= 0),
    CHECK ((ended_at IS NULL) = (state IN ('queued', 'running', 'paused'))),
    CHECK (closing IS NULL OR ended_at IS NULL)
) STRICT;

CREATE INDEX sweeps_active ON sweeps (priority DESC, id) WHERE state IN ('queued', 'running', 'paused');

-- The client's own names for its submissions.
CREATE TABLE submission_keys (
    uid INTEGER NOT NULL,
    key TEXT NOT NULL,
    sweep INTEGER NOT NULL UNIQUE REFERENCES sweeps (id),
    PRIMARY KEY (uid, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE trials (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sweep INTEGER NOT NULL REFERENCES sweeps (id),
    idx INTEGER NOT NULL CHECK (idx >= 0),
    state TEXT NOT NULL DEFAULT 'queued' CHECK (
        state IN ('queued', 'running', 'completed', 'diverged', 'pruned', 'failed', 'cancelled')
    ),
    reason TEXT,
    -- A JSON object, its keys in the order of the sweep file. With `trusted_schema` off, a CHECK cannot use json_valid.
    parameters TEXT NOT NULL CHECK (parameters GLOB '{*}'),
    seed INTEGER NOT NULL CHECK (seed BETWEEN 0 AND 9007199254740991),
    attempt INTEGER NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    boot TEXT REFERENCES boots (id),
    iteration INTEGER NOT NULL DEFAULT 0 CHECK (iteration >= 0),
    iterations INTEGER CHECK (iterations >= 0),
    val_accuracy REAL,
    train_accuracy REAL,
    val_loss REAL,
    train_loss REAL,
    checkpoint_path TEXT,
    checkpoint_bytes INTEGER,
    checkpoint_digest TEXT,
    checkpoint_iteration INTEGER,
    model_path TEXT,
    model_bytes INTEGER,
    model_digest TEXT,
    model_iteration INTEGER,
    instruction_set TEXT,
    seconds REAL NOT NULL DEFAULT 0 CHECK (seconds >= 0),
    started_at REAL,
    ended_at REAL,
    UNIQUE (sweep, idx),
    CHECK ((boot IS NOT NULL) = (state = 'running')),
    CHECK ((ended_at IS NULL) = (state IN ('queued', 'running'))),
    CHECK (checkpoint_path IS NULL OR ended_at IS NULL),
    CHECK (
        (checkpoint_path IS NULL) = (checkpoint_bytes IS NULL)
        AND (checkpoint_path IS NULL) = (checkpoint_digest IS NULL)
        AND (checkpoint_path IS NULL) = (checkpoint_iteration IS NULL)
    ),
    CHECK (
        (model_path IS NULL) = (model_bytes IS NULL)
        AND (model_path IS NULL) = (model_digest IS NULL)
        AND (model_path IS NULL) = (model_iteration IS NULL)
    )
) STRICT;

-- Answers `counts by state and iterations done` without touching a row.
CREATE INDEX trials_progress ON trials (sweep, state, iteration);
-- Answer `the best completed trial` with one step.
CREATE INDEX trials_by_accuracy ON trials (sweep, val_accuracy DESC, idx) WHERE state = 'completed';
CREATE INDEX trials_by_loss ON trials (sweep, val_loss, idx) WHERE state = 'completed';
-- Recovery looks at running trials only, however many have ended.
CREATE INDEX trials_running ON trials (boot) WHERE state = 'running';
CREATE INDEX trials_checkpoints ON trials (checkpoint_path) WHERE checkpoint_path IS NOT NULL;
CREATE INDEX trials_models ON trials (model_path) WHERE model_path IS NOT NULL;

-- Learning curves.
CREATE TABLE epochs (
    trial INTEGER NOT NULL REFERENCES trials (id),
    epoch INTEGER NOT NULL CHECK (epoch >= 0),
    iteration INTEGER NOT NULL CHECK (iteration >= 0),
    val_accuracy REAL,
    train_accuracy REAL,
    val_loss REAL,
    train_loss REAL,
    learning_rate REAL,
    seconds REAL NOT NULL CHECK (seconds >= 0),
    PRIMARY KEY (trial, epoch)
) STRICT, WITHOUT ROWID;

-- The audit log; the event stream reads it from any sequence number.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    kind TEXT NOT NULL CHECK (kind <> ''),
    sweep INTEGER REFERENCES sweeps (id),
    trial INTEGER REFERENCES trials (id),
    uid INTEGER,
    pid INTEGER,
    detail TEXT NOT NULL,
    CHECK ((uid IS NULL) = (pid IS NULL))
) STRICT;

CREATE INDEX events_by_sweep ON events (sweep, seq) WHERE sweep IS NOT NULL;

CREATE TRIGGER events_stay_as_written BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'an event is never changed');
END;

-- What was measured on a test set, once for each model.
CREATE TABLE promotions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sweep INTEGER NOT NULL REFERENCES sweeps (id),
    trial INTEGER NOT NULL REFERENCES trials (id),
    model_digest TEXT NOT NULL UNIQUE CHECK (model_digest <> ''),
    dataset_digest TEXT NOT NULL,
    val_accuracy REAL NOT NULL,
    correct INTEGER NOT NULL CHECK (correct BETWEEN 0 AND test_examples),
    test_examples INTEGER NOT NULL,
    uid INTEGER NOT NULL,
    pid INTEGER NOT NULL,
    at REAL NOT NULL
) STRICT;

CREATE INDEX promotions_by_sweep ON promotions (sweep, id);
CREATE INDEX promotions_by_dataset ON promotions (dataset_digest);

CREATE TRIGGER promotions_stay_as_written BEFORE UPDATE ON promotions
BEGIN
    SELECT RAISE(ABORT, 'a promotion is never changed');
END;

CREATE TRIGGER promotions_stay BEFORE DELETE ON promotions
BEGIN
    SELECT RAISE(ABORT, 'a promotion is never removed');
END;

-- `INSERT OR REPLACE` removes rows without asking the trigger above.
CREATE TRIGGER promotions_are_not_replaced BEFORE INSERT ON promotions
WHEN EXISTS (SELECT 1 FROM promotions WHERE model_digest = NEW.model_digest OR id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a promotion is never replaced');
END;
