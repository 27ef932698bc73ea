-- How a promotion was measured.

-- Whether the answers to each image and to its mirror image were averaged. Such a promotion has its model in
-- promotion_members, also if it is a single one: its model_digest is not the file's.
ALTER TABLE promotions ADD COLUMN is_mirrored INTEGER NOT NULL DEFAULT 0 CHECK (is_mirrored IN (0, 1));
