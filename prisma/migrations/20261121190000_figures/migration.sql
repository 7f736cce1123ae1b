-- Figures are read behind row-level security. There a condition is looked up in an index only when its operator is leakproof,
-- and that of an enum is not: a year's twelve rows were found by reading every hour and minute of it. That of text is.
-- The collation compares bytes, wherever the server's own would ask for a language.
ALTER TABLE "CallRollup" ALTER COLUMN "grain" TYPE TEXT COLLATE "C" USING "grain"::text,
ALTER COLUMN "dimension" TYPE TEXT COLLATE "C" USING "dimension"::text;
ALTER TABLE "EventRollup" ALTER COLUMN "grain" TYPE TEXT COLLATE "C" USING "grain"::text;
ALTER TABLE "SourceRollup" ALTER COLUMN "grain" TYPE TEXT COLLATE "C" USING "grain"::text;
ALTER TABLE "DeliveryRollup" ALTER COLUMN "grain" TYPE TEXT COLLATE "C" USING "grain"::text;
