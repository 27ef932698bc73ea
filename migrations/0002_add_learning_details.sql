-- What a learning curve shows beside accuracy, and what a promotion saw. NULL in rows of versions before this one.

-- Root of the sum of squares of all weights, biases left out.
ALTER TABLE epochs ADD COLUMN weight_norm REAL;
-- |ΔW1| / |W1| of the record's last update.
ALTER TABLE epochs ADD COLUMN update_ratio REAL;
-- Losses of single minibatches since the record before, in order of iteration, 8 bytes each: the iterations done after it
-- as an unsigned 32-bit integer, then the loss as a 32-bit float (IEEE 754), both little-endian. NULL when there are none.
ALTER TABLE epochs ADD COLUMN losses BLOB CHECK (length(losses) > 0 AND length(losses) % 8 = 0);

-- Hidden units of the kept weights that no validation sample activates.
ALTER TABLE trials ADD COLUMN dead_units INTEGER CHECK (dead_units >= 0);

-- A JSON object: `counts`, rows of labels by columns of predictions, and `mistakes`, some of them.
ALTER TABLE promotions ADD COLUMN confusion TEXT CHECK (confusion GLOB '{*}');
