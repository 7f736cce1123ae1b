-- CreateEnum
CREATE TYPE "EndpointPayload" AS ENUM ('ENVELOPE', 'GRAPHQL', 'JSONATA');

-- CreateEnum
CREATE TYPE "EndpointBreaker" AS ENUM ('CLOSED', 'OPEN', 'HALF_OPEN', 'CATCHING_UP');

-- CreateEnum
CREATE TYPE "KeyAlgorithm" AS ENUM ('HMAC', 'ED25519');

-- CreateEnum
CREATE TYPE "DeliveryState" AS ENUM ('QUEUED', 'SENDING', 'WAITING', 'DELIVERED', 'DEAD', 'SKIPPED');

-- CreateEnum
CREATE TYPE "AttemptOutcome" AS ENUM ('OPEN', 'DELIVERED', 'FAILED', 'LOST');

-- CreateEnum
CREATE TYPE "ReplayState" AS ENUM ('RUNNING', 'DONE', 'CANCELLED');

-- CreateEnum
CREATE TYPE "AlertSeverity" AS ENUM ('INFO', 'WARNING', 'CRITICAL');

-- CreateEnum
CREATE TYPE "SourceRegistration" AS ENUM ('MANUAL', 'PENDING', 'REGISTERED', 'FAILED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "SourceSecretKind" AS ENUM ('TOKEN', 'SIGNING');

-- CreateEnum
CREATE TYPE "InboundState" AS ENUM ('RECEIVED', 'WAITING', 'ROUTED', 'IGNORED', 'UNMATCHED', 'FAILED', 'QUARANTINED', 'DISCARDED');

-- CreateTable
CREATE TABLE "Event" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "organizationId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "connectionId" UUID,
    "provider" TEXT,
    "data" JSONB NOT NULL,
    "source" JSONB NOT NULL,
    "inboundEventId" UUID,
    "ordinal" INTEGER NOT NULL DEFAULT 0,
    "run" INTEGER NOT NULL DEFAULT 1,
    "orderKey" TEXT,
    "test" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("at","id")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "Endpoint" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "eventTypes" TEXT[],
    "typesChangedAt" TIMESTAMPTZ(3) NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabledReason" TEXT,
    "disabledAt" TIMESTAMPTZ(3),
    "ratePerSecond" DOUBLE PRECISION,
    "schedule" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
    "strictOrder" BOOLEAN NOT NULL DEFAULT false,
    "payload" "EndpointPayload" NOT NULL DEFAULT 'ENVELOPE',
    "payloadText" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EndpointLane" (
    "endpointId" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "breaker" "EndpointBreaker" NOT NULL DEFAULT 'CLOSED',
    "breakerSince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "failuresInRow" INTEGER NOT NULL DEFAULT 0,
    "rowSince" TIMESTAMPTZ(3),
    "failingSince" TIMESTAMPTZ(3),
    "rests" INTEGER NOT NULL DEFAULT 0,
    "probeAt" TIMESTAMPTZ(3),
    "slotAt" TIMESTAMPTZ(3),
    "quietUntil" TIMESTAMPTZ(3),
    "pace" DOUBLE PRECISION,

    CONSTRAINT "EndpointLane_pkey" PRIMARY KEY ("endpointId")
);

-- CreateTable
CREATE TABLE "EndpointKey" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "endpointId" UUID NOT NULL,
    "algorithm" "KeyAlgorithm" NOT NULL,
    "keyId" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "publicKey" TEXT,
    "hint" TEXT NOT NULL,
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "EndpointKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "organizationId" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "endpointId" UUID NOT NULL,
    "eventType" TEXT NOT NULL,
    "connectionId" UUID,
    "orderKey" TEXT,
    "state" "DeliveryState" NOT NULL,
    "reason" TEXT,
    "round" INTEGER NOT NULL DEFAULT 1,
    "roundAt" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "lastAttemptAt" TIMESTAMPTZ(3),
    "lastStatus" INTEGER,
    "lastErrorClass" TEXT,
    "lastLatencyMs" INTEGER,
    "deliveredAt" TIMESTAMPTZ(3),
    "replayId" UUID,
    "test" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("at","id")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "Attempt" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "organizationId" UUID NOT NULL,
    "deliveryId" UUID NOT NULL,
    "endpointId" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "round" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "outcome" "AttemptOutcome" NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "status" INTEGER,
    "errorClass" TEXT,
    "message" TEXT,
    "latencyMs" INTEGER,
    "requestHead" JSONB,
    "requestBytes" INTEGER,
    "responseHead" JSONB,
    "responseBody" TEXT,
    "nextAttemptAt" TIMESTAMPTZ(3),

    CONSTRAINT "Attempt_pkey" PRIMARY KEY ("at","id")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "DeliveryRollup" (
    "organizationId" UUID NOT NULL,
    "endpointId" UUID NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "delivered" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "dead" INTEGER NOT NULL DEFAULT 0,
    "latencyTotalMs" BIGINT NOT NULL DEFAULT 0,
    "buckets" INTEGER[],

    CONSTRAINT "DeliveryRollup_pkey" PRIMARY KEY ("organizationId","endpointId","minute")
);

-- CreateTable
CREATE TABLE "Replay" (
    "seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "createdById" TEXT,
    "createdByName" TEXT,
    "state" "ReplayState" NOT NULL,
    "filter" JSONB NOT NULL,
    "total" INTEGER NOT NULL,
    "queued" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "skips" JSONB NOT NULL DEFAULT '{}',
    "position" JSONB,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Replay_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Alert" (
    "seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" "AlertSeverity" NOT NULL,
    "subjectType" TEXT NOT NULL,
    "subjectId" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "Alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Source" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "registration" "SourceRegistration" NOT NULL DEFAULT 'MANUAL',
    "registrationIds" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "registeredAt" TIMESTAMPTZ(3),
    "registrationExpiresAt" TIMESTAMPTZ(3),
    "registerAt" TIMESTAMPTZ(3),
    "registrationFailures" INTEGER NOT NULL DEFAULT 0,
    "registrationError" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Source_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SourceSecret" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "sourceId" UUID NOT NULL,
    "kind" "SourceSecretKind" NOT NULL,
    "tokenHash" TEXT,
    "keyId" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "SourceSecret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SourceRule" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "sourceId" UUID NOT NULL,
    "vendorType" TEXT NOT NULL,
    "eventType" TEXT NOT NULL,
    "mapping" TEXT,
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SourceRule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InboundEvent" (
    "seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "organizationId" UUID NOT NULL,
    "sourceId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "vendorEventId" TEXT,
    "vendorType" TEXT,
    "occurredAt" TIMESTAMPTZ(3),
    "state" "InboundState" NOT NULL,
    "verdict" TEXT NOT NULL,
    "verdictText" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "head" JSONB NOT NULL,
    "body" BYTEA NOT NULL,
    "bytes" INTEGER NOT NULL,
    "ipAddress" TEXT,
    "correlationId" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "error" TEXT,
    "run" INTEGER NOT NULL DEFAULT 1,
    "assignedType" TEXT,
    "assignedMap" TEXT,
    "events" INTEGER NOT NULL DEFAULT 0,
    "routedAt" TIMESTAMPTZ(3),

    CONSTRAINT "InboundEvent_pkey" PRIMARY KEY ("at","id")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "InboundKey" (
    "organizationId" UUID NOT NULL,
    "sourceId" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "inboundEventId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "InboundKey_pkey" PRIMARY KEY ("sourceId","digest")
);

-- CreateTable
CREATE TABLE "SourceRollup" (
    "organizationId" UUID NOT NULL,
    "sourceId" UUID NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "received" INTEGER NOT NULL DEFAULT 0,
    "verified" INTEGER NOT NULL DEFAULT 0,
    "duplicates" INTEGER NOT NULL DEFAULT 0,
    "quarantined" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SourceRollup_pkey" PRIMARY KEY ("organizationId","sourceId","minute")
);

-- CreateIndex
CREATE INDEX "Event_organizationId_at_id_idx" ON "Event"("organizationId", "at", "id");

-- CreateIndex
CREATE INDEX "Event_organizationId_type_at_idx" ON "Event"("organizationId", "type", "at");

-- CreateIndex
CREATE UNIQUE INDEX "Event_at_inboundEventId_run_ordinal_key" ON "Event"("at", "inboundEventId", "run", "ordinal");

-- CreateIndex
CREATE INDEX "Endpoint_organizationId_createdAt_id_idx" ON "Endpoint"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Endpoint_organizationId_id_key" ON "Endpoint"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "EndpointLane_organizationId_endpointId_key" ON "EndpointLane"("organizationId", "endpointId");

-- CreateIndex
CREATE INDEX "EndpointKey_organizationId_endpointId_idx" ON "EndpointKey"("organizationId", "endpointId");

-- CreateIndex
CREATE INDEX "EndpointKey_keyId_idx" ON "EndpointKey"("keyId");

-- CreateIndex
CREATE INDEX "Delivery_seq_idx" ON "Delivery"("seq");

-- CreateIndex
CREATE INDEX "Delivery_organizationId_seq_idx" ON "Delivery"("organizationId", "seq");

-- CreateIndex
CREATE INDEX "Delivery_organizationId_at_id_idx" ON "Delivery"("organizationId", "at", "id");

-- CreateIndex
CREATE INDEX "Delivery_organizationId_endpointId_at_id_idx" ON "Delivery"("organizationId", "endpointId", "at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Delivery_at_eventId_endpointId_key" ON "Delivery"("at", "eventId", "endpointId");

-- CreateIndex
CREATE INDEX "Attempt_deliveryId_at_idx" ON "Attempt"("deliveryId", "at");

-- CreateIndex
CREATE INDEX "Attempt_organizationId_at_id_idx" ON "Attempt"("organizationId", "at", "id");

-- CreateIndex
CREATE INDEX "DeliveryRollup_minute_idx" ON "DeliveryRollup"("minute");

-- CreateIndex
CREATE UNIQUE INDEX "Replay_seq_key" ON "Replay"("seq");

-- CreateIndex
CREATE INDEX "Replay_organizationId_seq_idx" ON "Replay"("organizationId", "seq");

-- CreateIndex
CREATE INDEX "Replay_organizationId_createdAt_id_idx" ON "Replay"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Replay_organizationId_id_key" ON "Replay"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Alert_seq_key" ON "Alert"("seq");

-- CreateIndex
CREATE INDEX "Alert_organizationId_seq_idx" ON "Alert"("organizationId", "seq");

-- CreateIndex
CREATE INDEX "Alert_organizationId_at_id_idx" ON "Alert"("organizationId", "at", "id");

-- CreateIndex
CREATE INDEX "Alert_organizationId_subjectId_at_idx" ON "Alert"("organizationId", "subjectId", "at");

-- CreateIndex
CREATE UNIQUE INDEX "Alert_organizationId_id_key" ON "Alert"("organizationId", "id");

-- CreateIndex
CREATE INDEX "Source_organizationId_createdAt_id_idx" ON "Source"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Source_registerAt_idx" ON "Source"("registerAt");

-- CreateIndex
CREATE UNIQUE INDEX "Source_organizationId_connectionId_key" ON "Source"("organizationId", "connectionId");

-- CreateIndex
CREATE UNIQUE INDEX "Source_organizationId_id_key" ON "Source"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "SourceSecret_tokenHash_key" ON "SourceSecret"("tokenHash");

-- CreateIndex
CREATE INDEX "SourceSecret_organizationId_sourceId_idx" ON "SourceSecret"("organizationId", "sourceId");

-- CreateIndex
CREATE INDEX "SourceSecret_keyId_idx" ON "SourceSecret"("keyId");

-- CreateIndex
CREATE INDEX "SourceRule_organizationId_sourceId_idx" ON "SourceRule"("organizationId", "sourceId");

-- CreateIndex
CREATE UNIQUE INDEX "SourceRule_sourceId_vendorType_key" ON "SourceRule"("sourceId", "vendorType");

-- CreateIndex
CREATE INDEX "InboundEvent_seq_idx" ON "InboundEvent"("seq");

-- CreateIndex
CREATE INDEX "InboundEvent_organizationId_seq_idx" ON "InboundEvent"("organizationId", "seq");

-- CreateIndex
CREATE INDEX "InboundEvent_sourceId_at_id_idx" ON "InboundEvent"("sourceId", "at", "id");

-- CreateIndex
CREATE INDEX "InboundEvent_organizationId_at_id_idx" ON "InboundEvent"("organizationId", "at", "id");

-- CreateIndex
CREATE INDEX "InboundKey_at_idx" ON "InboundKey"("at");

-- CreateIndex
CREATE INDEX "SourceRollup_minute_idx" ON "SourceRollup"("minute");

-- AddForeignKey
ALTER TABLE "EndpointLane" ADD CONSTRAINT "EndpointLane_organizationId_endpointId_fkey" FOREIGN KEY ("organizationId", "endpointId") REFERENCES "Endpoint"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EndpointKey" ADD CONSTRAINT "EndpointKey_organizationId_endpointId_fkey" FOREIGN KEY ("organizationId", "endpointId") REFERENCES "Endpoint"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Source" ADD CONSTRAINT "Source_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SourceSecret" ADD CONSTRAINT "SourceSecret_organizationId_sourceId_fkey" FOREIGN KEY ("organizationId", "sourceId") REFERENCES "Source"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SourceRule" ADD CONSTRAINT "SourceRule_organizationId_sourceId_fkey" FOREIGN KEY ("organizationId", "sourceId") REFERENCES "Source"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------------------------------------------------------
-- From here on written by hand: what Prisma's models cannot say.
-- ---------------------------------------------------------------------------------------------------------------

-- Live streams: see the first migration. Rows of these four change, and seq is the position of the latest change.
CREATE SEQUENCE hub_inbound_seq AS BIGINT CACHE 1 OWNED BY "InboundEvent"."seq";
CREATE SEQUENCE hub_deliveries_seq AS BIGINT CACHE 1 OWNED BY "Delivery"."seq";
CREATE SEQUENCE hub_replays_seq AS BIGINT CACHE 1 OWNED BY "Replay"."seq";
CREATE SEQUENCE hub_alerts_seq AS BIGINT CACHE 1 OWNED BY "Alert"."seq";
ALTER TABLE "InboundEvent" ALTER COLUMN "seq" SET DEFAULT nextval('hub_inbound_seq');
ALTER TABLE "Delivery" ALTER COLUMN "seq" SET DEFAULT nextval('hub_deliveries_seq');
ALTER TABLE "Replay" ALTER COLUMN "seq" SET DEFAULT nextval('hub_replays_seq');
ALTER TABLE "Alert" ALTER COLUMN "seq" SET DEFAULT nextval('hub_alerts_seq');
GRANT USAGE ON SEQUENCE hub_inbound_seq, hub_deliveries_seq, hub_replays_seq, hub_alerts_seq TO hub_app;

-- Takes a stream's lock until commit and rings its doorbell at commit.
CREATE FUNCTION hub_append(stream TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  PERFORM hub_append_lock(stream), pg_notify('hub_live', stream);
END $$;

-- What is due, and nothing else, so that finding it costs the same with a million rows behind.
CREATE INDEX "InboundEvent_due_idx" ON "InboundEvent" ("nextAttemptAt") WHERE "nextAttemptAt" IS NOT NULL;
CREATE INDEX "Delivery_due_idx" ON "Delivery" ("endpointId", "nextAttemptAt", "id") WHERE "nextAttemptAt" IS NOT NULL;
-- The same by age: what waited through an outage goes out oldest first.
CREATE INDEX "Delivery_age_idx" ON "Delivery" ("endpointId", "at", "id") WHERE "nextAttemptAt" IS NOT NULL;
CREATE INDEX "Delivery_order_idx" ON "Delivery" ("endpointId", "orderKey", "at", "id")
  WHERE "nextAttemptAt" IS NOT NULL AND "orderKey" IS NOT NULL;
-- The inbox and the dead letters are short lists among long ones.
CREATE INDEX "InboundEvent_inbox_idx" ON "InboundEvent" ("organizationId", "at", "id")
  WHERE "state" IN ('UNMATCHED', 'FAILED', 'QUARANTINED');
-- How full a source's quarantine is.
CREATE INDEX "InboundEvent_quarantine_idx" ON "InboundEvent" ("sourceId") WHERE "state" = 'QUARANTINED';
CREATE INDEX "Delivery_dead_idx" ON "Delivery" ("organizationId", "at", "id") WHERE "state" = 'DEAD';
-- With the state, so that a replay's progress is counted in the index.
CREATE INDEX "Delivery_replay_idx" ON "Delivery" ("replayId", "state") WHERE "replayId" IS NOT NULL;
-- Attempts a kill left open are found by the delivery that takes its next one.
CREATE INDEX "Attempt_open_idx" ON "Attempt" ("deliveryId") WHERE "outcome" = 'OPEN';

-- Monthly partitions (UTC months) of every log. Rows of a month that has none land in the default partition and are
-- moved when its partition is made. ATTACH, not PARTITION OF: the latter would block every reader of the log.
CREATE TABLE "InboundEvent_default" PARTITION OF "InboundEvent" DEFAULT;
CREATE TABLE "Event_default" PARTITION OF "Event" DEFAULT;
CREATE TABLE "Delivery_default" PARTITION OF "Delivery" DEFAULT;
CREATE TABLE "Attempt_default" PARTITION OF "Attempt" DEFAULT;

CREATE OR REPLACE FUNCTION hub_ensure_partitions(months_ahead INT) RETURNS INT LANGUAGE plpgsql AS $$
DECLARE
  log TEXT;
  month TIMESTAMP;
  month_start TIMESTAMPTZ;
  month_end TIMESTAMPTZ;
  partition TEXT;
  made INT := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('hub_ensure_partitions', 0));
  FOREACH log IN ARRAY ARRAY['Call', 'InboundEvent', 'Event', 'Delivery', 'Attempt'] LOOP
    FOR ahead IN 0..months_ahead LOOP
      month := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead);
      month_start := month AT TIME ZONE 'UTC';
      month_end := (month + INTERVAL '1 month') AT TIME ZONE 'UTC';
      partition := log || '_' || to_char(month, 'YYYY_MM');
      CONTINUE WHEN to_regclass(quote_ident(partition)) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, log);
      EXECUTE format('WITH moved AS (DELETE FROM %I WHERE "at" >= %L AND "at" < %L RETURNING *)
                      INSERT INTO %I SELECT * FROM moved', log || '_default', month_start, month_end, partition);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                     log, partition, month_start, month_end);
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
REVOKE EXECUTE ON FUNCTION hub_ensure_partitions(INT) FROM PUBLIC;
SELECT hub_ensure_partitions(2);

-- Intake: one statement stores a batch of requests, so that many of them share a commit and the stream's lock is never
-- held while anything travels between hub and database.
-- arrivals: an array of objects, one per request; "start" and "bytes" say where its body lies in bodies. digests: 32 bytes
-- each, in the same order. room: unproven requests kept per source. Answers with the ids that were not stored, because they
-- had been before or because there was no room: lists that are short.
CREATE TYPE hub_arrival AS (
  "place" INT, "id" UUID, "at" TIMESTAMPTZ(3), "organizationId" UUID, "sourceId" UUID, "connectionId" UUID, "provider" TEXT,
  "vendorEventId" TEXT, "vendorType" TEXT, "occurredAt" TIMESTAMPTZ(3), "verdict" TEXT, "verdictText" TEXT, "method" TEXT,
  "query" TEXT, "head" JSONB, "ipAddress" TEXT, "correlationId" TEXT, "start" INT, "bytes" INT
);

CREATE FUNCTION hub_store_inbound(arrivals JSON, bodies BYTEA, digests BYTEA, room INT)
RETURNS TABLE (duplicates UUID[], refused UUID[]) LANGUAGE plpgsql AS $$
DECLARE
  given CONSTANT hub_arrival[] := ARRAY(SELECT row FROM json_populate_recordset(NULL::hub_arrival, arrivals) AS row);
  stored UUID[];
  unproven INT[];
  fitting INT[];
  claimed UUID[];
BEGIN
  -- In a fixed order of keys: two batches with the same ones wait for each other only one way. What another transaction is
  -- just inserting is waited for, so a duplicate is answered after the first is committed.
  WITH keys AS (
    INSERT INTO "InboundKey" ("organizationId", "sourceId", "digest", "inboundEventId", "at")
    SELECT g."organizationId", g."sourceId", substring(digests FROM (g."place" - 1) * 32 + 1 FOR 32), g."id", g."at"
    FROM unnest(given) AS g WHERE g."verdict" = 'VERIFIED'
    ORDER BY 2, 3, g."place"
    ON CONFLICT DO NOTHING
    RETURNING "inboundEventId"
  ) SELECT array_agg("inboundEventId") INTO stored FROM keys;
  SELECT array_agg(g."place") INTO unproven FROM unnest(given) AS g WHERE g."verdict" <> 'VERIFIED';
  IF stored IS NOT NULL OR unproven IS NOT NULL THEN PERFORM hub_append('inbound'); END IF;

  -- Counted and filled under the stream's lock, or two replicas would fill the same last places. What finds no room leaves
  -- no key either: keys of what is not stored would fill the disk in its place.
  IF unproven IS NOT NULL THEN
    WITH kept AS (
      SELECT "sourceId", (SELECT count(*) FROM (
        SELECT FROM "InboundEvent" e WHERE e."sourceId" = s."sourceId" AND e."state" = 'QUARANTINED' LIMIT room) AS held) AS rows
      FROM (SELECT DISTINCT g."sourceId" FROM unnest(given) AS g WHERE g."place" = ANY (unproven)) AS s
    ), turns AS (
      SELECT g."place", g."sourceId", row_number() OVER (PARTITION BY g."sourceId" ORDER BY g."place") AS turn
      FROM unnest(given) AS g WHERE g."place" = ANY (unproven)
    ) SELECT array_agg(t."place") INTO fitting FROM turns t JOIN kept USING ("sourceId") WHERE t.turn + kept.rows <= room;
    WITH keys AS (
      INSERT INTO "InboundKey" ("organizationId", "sourceId", "digest", "inboundEventId", "at")
      SELECT g."organizationId", g."sourceId", substring(digests FROM (g."place" - 1) * 32 + 1 FOR 32), g."id", g."at"
      FROM unnest(given) AS g WHERE g."place" = ANY (fitting)
      ORDER BY 2, 3, g."place"
      ON CONFLICT DO NOTHING
      RETURNING "inboundEventId"
    ) SELECT array_agg("inboundEventId") INTO claimed FROM keys;
    stored := stored || claimed;
    SELECT array_agg(g."id") INTO refused FROM unnest(given) AS g
    WHERE g."place" = ANY (unproven) AND g."place" <> ALL (coalesce(fitting, '{}'));
  END IF;

  IF stored IS NOT NULL THEN
    INSERT INTO "InboundEvent" ("id", "at", "organizationId", "sourceId", "connectionId", "provider", "vendorEventId", "vendorType",
      "occurredAt", "verdict", "verdictText", "method", "query", "head", "ipAddress", "correlationId", "state", "nextAttemptAt", "body", "bytes")
    SELECT g."id", g."at", g."organizationId", g."sourceId", g."connectionId", g."provider", g."vendorEventId", g."vendorType",
      g."occurredAt", g."verdict", g."verdictText", g."method", g."query", g."head", g."ipAddress", g."correlationId",
      CASE WHEN g."verdict" = 'VERIFIED' THEN 'RECEIVED' ELSE 'QUARANTINED' END::"InboundState",
      CASE WHEN g."verdict" = 'VERIFIED' THEN g."at" END,
      substring(bodies FROM g."start" FOR g."bytes"), g."bytes"
    FROM unnest(given) AS g WHERE g."id" = ANY (stored) ORDER BY g."place";
    PERFORM pg_notify('hub_inbound', '');
  END IF;

  -- In a fixed order of rows, too.
  INSERT INTO "SourceRollup" AS kept
    ("organizationId", "sourceId", "minute", "received", "verified", "duplicates", "quarantined", "refused", "bytes", "lastAt")
  SELECT g."organizationId", g."sourceId", date_trunc('minute', g."at", 'UTC') AS minute, count(*),
    count(*) FILTER (WHERE g.is_stored AND g."verdict" = 'VERIFIED'),
    count(*) FILTER (WHERE NOT g.is_stored AND NOT g.is_refused),
    count(*) FILTER (WHERE g.is_stored AND g."verdict" <> 'VERIFIED'),
    count(*) FILTER (WHERE g.is_refused), sum(g."bytes"), max(g."at")
  FROM (SELECT row.*, row."id" = ANY (coalesce(stored, '{}')) AS is_stored, row."id" = ANY (coalesce(refused, '{}')) AS is_refused
    FROM unnest(given) AS row) AS g
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT ("organizationId", "sourceId", "minute") DO UPDATE SET
    "received" = kept."received" + excluded."received", "verified" = kept."verified" + excluded."verified",
    "duplicates" = kept."duplicates" + excluded."duplicates", "quarantined" = kept."quarantined" + excluded."quarantined",
    "refused" = kept."refused" + excluded."refused", "bytes" = kept."bytes" + excluded."bytes",
    "lastAt" = greatest(kept."lastAt", excluded."lastAt");
  SELECT array_agg(g."id") INTO duplicates FROM unnest(given) AS g
  WHERE g."id" <> ALL (coalesce(stored, '{}')) AND g."id" <> ALL (coalesce(refused, '{}'));
  RETURN NEXT;
END $$;
REVOKE EXECUTE ON FUNCTION hub_store_inbound(JSON, BYTEA, BYTEA, INT) FROM PUBLIC;

-- Row level security.
SELECT hub_guard_table(name) FROM unnest(ARRAY[
  'Source', 'SourceSecret', 'SourceRule', 'InboundEvent', 'InboundKey', 'SourceRollup',
  'Endpoint', 'EndpointLane', 'EndpointKey', 'Delivery', 'DeliveryRollup', 'Replay'
]) AS name;
-- What happened stays as it was written; nobody who acts for an organization edits it.
SELECT hub_guard_table(name, 'SELECT, INSERT') FROM unnest(ARRAY['Event', 'Attempt', 'Alert']) AS name;
