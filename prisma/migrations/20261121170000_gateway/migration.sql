-- CreateEnum
CREATE TYPE "AlertState" AS ENUM ('OPEN', 'ACKNOWLEDGED', 'RESOLVED');

-- CreateEnum
CREATE TYPE "AlertCondition" AS ENUM ('RAISED', 'ERROR_RATE', 'LATENCY');

-- CreateEnum
CREATE TYPE "ChannelKind" AS ENUM ('EMAIL', 'SLACK', 'EVENT', 'IN_APP');

-- CreateEnum
CREATE TYPE "NoticeState" AS ENUM ('QUEUED', 'SENT', 'FAILED');

-- CreateEnum
CREATE TYPE "SilenceKind" AS ENUM ('MUTE', 'MAINTENANCE');

-- CreateEnum
CREATE TYPE "RollupGrain" AS ENUM ('MINUTE', 'HOUR', 'DAY', 'MONTH');

-- CreateEnum
CREATE TYPE "CallDimension" AS ENUM ('ALL', 'CONNECTION', 'OPERATION', 'API_KEY');

-- CreateEnum
CREATE TYPE "PriceKind" AS ENUM ('PER_CALL', 'PER_TRANSACTION', 'PER_MONTH');

-- CreateEnum
CREATE TYPE "LimitWindow" AS ENUM ('MINUTE', 'HOUR', 'DAY', 'MONTH');

-- CreateEnum
CREATE TYPE "BreakerState" AS ENUM ('CLOSED', 'OPEN', 'HALF_OPEN');

-- DropIndex
DROP INDEX "ApiKey_organizationId_idx";

-- AlterTable
ALTER TABLE "Alert" ADD COLUMN     "acknowledgedAt" TIMESTAMPTZ(3),
ADD COLUMN     "acknowledgedBy" TEXT,
ADD COLUMN     "connectionId" UUID,
ADD COLUMN     "count" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "dedupeKey" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "escalateAt" TIMESTAMPTZ(3),
ADD COLUMN     "lastAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "resolvedAt" TIMESTAMPTZ(3),
ADD COLUMN     "silenceId" UUID,
ADD COLUMN     "state" "AlertState" NOT NULL DEFAULT 'OPEN',
ADD COLUMN     "unrouted" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "allowedNetworks" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "autoRotate" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "description" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "ratePerMinute" INTEGER,
ADD COLUMN     "remindedAt" TIMESTAMPTZ(3),
ADD COLUMN     "replacesId" UUID,
ADD COLUMN     "revokedById" TEXT,
ADD COLUMN     "revokedReason" TEXT,
ADD COLUMN     "rotateAt" TIMESTAMPTZ(3),
ADD COLUMN     "rotationDays" INTEGER NOT NULL DEFAULT 90,
ADD COLUMN     "temporary" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "Call" ADD COLUMN     "cache" TEXT;

-- AlterTable
ALTER TABLE "Connection" ADD COLUMN     "cacheStaleSeconds" INTEGER NOT NULL DEFAULT 86400,
ADD COLUMN     "cacheTtlSeconds" INTEGER;

-- CreateTable
CREATE TABLE "AlertRule" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "condition" "AlertCondition" NOT NULL DEFAULT 'RAISED',
    "kinds" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "leastSeverity" "AlertSeverity" NOT NULL DEFAULT 'WARNING',
    "connectionIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "threshold" DOUBLE PRECISION,
    "windowMinutes" INTEGER NOT NULL DEFAULT 5,
    "leastCalls" INTEGER NOT NULL DEFAULT 20,
    "channelIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "quietMinutes" INTEGER NOT NULL DEFAULT 60,
    "escalateAfterMinutes" INTEGER,
    "escalateChannelIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AlertRule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AlertChannel" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "ChannelKind" NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "connectionId" UUID,
    "recipients" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "keyId" TEXT,
    "wrappedKey" BYTEA,
    "ciphertext" BYTEA,
    "hint" TEXT,
    "lastSentAt" TIMESTAMPTZ(3),
    "lastError" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AlertChannel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AlertNotice" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "alertId" UUID NOT NULL,
    "channelId" UUID NOT NULL,
    "ruleId" UUID,
    "occasion" TEXT NOT NULL,
    "occurrence" INTEGER NOT NULL,
    "state" "NoticeState" NOT NULL DEFAULT 'QUEUED',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "sentAt" TIMESTAMPTZ(3),
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AlertNotice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Silence" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "kind" "SilenceKind" NOT NULL,
    "reason" TEXT NOT NULL,
    "kinds" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "connectionIds" UUID[] DEFAULT ARRAY[]::UUID[],
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "createdById" TEXT,
    "createdByName" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Silence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AlertSeen" (
    "organizationId" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AlertSeen_pkey" PRIMARY KEY ("organizationId","userId")
);

-- CreateTable
CREATE TABLE "ErrorRollup" (
    "organizationId" UUID NOT NULL,
    "day" TIMESTAMPTZ(0) NOT NULL,
    "connectionId" UUID NOT NULL,
    "errorClass" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "status" INTEGER NOT NULL DEFAULT 0,
    "errors" INTEGER NOT NULL DEFAULT 0,
    "firstAt" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,
    "sampleId" UUID NOT NULL,
    "sampleMessage" TEXT,

    CONSTRAINT "ErrorRollup_pkey" PRIMARY KEY ("organizationId","day","connectionId","errorClass","operation","status")
);

-- CreateTable
CREATE TABLE "EventRollup" (
    "organizationId" UUID NOT NULL,
    "grain" "RollupGrain" NOT NULL,
    "at" TIMESTAMPTZ(0) NOT NULL,
    "connectionId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "currency" TEXT NOT NULL DEFAULT '',
    "events" INTEGER NOT NULL DEFAULT 0,
    "amountMinor" BIGINT NOT NULL DEFAULT 0,
    "costMicros" BIGINT NOT NULL DEFAULT 0,
    "delayTotalMs" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "EventRollup_pkey" PRIMARY KEY ("organizationId","grain","at","connectionId","type","currency")
);

-- CreateTable
CREATE TABLE "Price" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "kind" "PriceKind" NOT NULL,
    "amountMicros" BIGINT NOT NULL,
    "sharePpm" INTEGER NOT NULL DEFAULT 0,
    "appliesTo" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Price_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Budget" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID,
    "monthlyMicros" BIGINT NOT NULL,
    "alertAtPercent" INTEGER[] DEFAULT ARRAY[80, 100]::INTEGER[],
    "stop" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Budget_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CallLimit" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "window" "LimitWindow" NOT NULL,
    "calls" INTEGER NOT NULL,
    "replacesVendor" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CallLimit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RateWindow" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "RateWindow_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "ConnectionLane" (
    "seq" BIGSERIAL NOT NULL,
    "connectionId" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "breaker" "BreakerState" NOT NULL DEFAULT 'CLOSED',
    "breakerSince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reason" TEXT,
    "retryAt" TIMESTAMPTZ(3),
    "quietUntil" TIMESTAMPTZ(3),
    "cacheEpoch" INTEGER NOT NULL DEFAULT 0,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ConnectionLane_pkey" PRIMARY KEY ("connectionId")
);

-- CreateTable
CREATE TABLE "ApiKeyAddress" (
    "organizationId" UUID NOT NULL,
    "apiKeyId" UUID NOT NULL,
    "ipAddress" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "country" TEXT,
    "requests" BIGINT NOT NULL DEFAULT 0,
    "firstAt" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ApiKeyAddress_pkey" PRIMARY KEY ("apiKeyId","ipAddress")
);

-- CreateTable
CREATE TABLE "ApiKeyRefusal" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "apiKeyId" UUID,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "ipAddress" TEXT NOT NULL,
    "country" TEXT,
    "prefix" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 1,
    "firstAt" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ApiKeyRefusal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiKeyHour" (
    "organizationId" UUID NOT NULL,
    "apiKeyId" UUID NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "refused" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ApiKeyHour_pkey" PRIMARY KEY ("apiKeyId","hour")
);

-- CreateTable
CREATE TABLE "ApiKeyHabit" (
    "apiKeyId" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "hours" INTEGER NOT NULL DEFAULT 0,
    "memory" JSONB NOT NULL DEFAULT '{}',
    "learnedUntil" TIMESTAMPTZ(0) NOT NULL,

    CONSTRAINT "ApiKeyHabit_pkey" PRIMARY KEY ("apiKeyId")
);

-- CreateTable
CREATE TABLE "ApiKeySuccessor" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "apiKeyId" UUID NOT NULL,
    "successorId" UUID NOT NULL,
    "keyId" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApiKeySuccessor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SavedDashboard" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "shared" BOOLEAN NOT NULL DEFAULT false,
    "panels" JSONB NOT NULL,
    "createdById" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SavedDashboard_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Erasure" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "subjectHash" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'RUNNING',
    "keyId" TEXT,
    "wrappedKey" BYTEA,
    "ciphertext" BYTEA,
    "report" JSONB NOT NULL DEFAULT '{}',
    "position" JSONB,
    "createdById" TEXT,
    "createdByName" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Erasure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SystemEvent" (
    "seq" BIGSERIAL NOT NULL,
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" "AlertSeverity" NOT NULL,
    "text" TEXT NOT NULL,
    "facts" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "SystemEvent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "AlertRule_organizationId_createdAt_id_idx" ON "AlertRule"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "AlertRule_organizationId_id_key" ON "AlertRule"("organizationId", "id");

-- CreateIndex
CREATE INDEX "AlertChannel_organizationId_createdAt_id_idx" ON "AlertChannel"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "AlertChannel_keyId_idx" ON "AlertChannel"("keyId");

-- CreateIndex
CREATE UNIQUE INDEX "AlertChannel_organizationId_id_key" ON "AlertChannel"("organizationId", "id");

-- CreateIndex
CREATE INDEX "AlertNotice_organizationId_alertId_idx" ON "AlertNotice"("organizationId", "alertId");

-- CreateIndex
CREATE INDEX "AlertNotice_organizationId_channelId_idx" ON "AlertNotice"("organizationId", "channelId");

-- CreateIndex
CREATE UNIQUE INDEX "AlertNotice_alertId_channelId_occasion_occurrence_key" ON "AlertNotice"("alertId", "channelId", "occasion", "occurrence");

-- CreateIndex
CREATE INDEX "Silence_organizationId_endsAt_idx" ON "Silence"("organizationId", "endsAt");

-- CreateIndex
CREATE UNIQUE INDEX "Silence_organizationId_id_key" ON "Silence"("organizationId", "id");

-- CreateIndex
CREATE INDEX "ErrorRollup_day_idx" ON "ErrorRollup"("day");

-- CreateIndex
CREATE INDEX "EventRollup_grain_at_idx" ON "EventRollup"("grain", "at");

-- CreateIndex
CREATE INDEX "Price_organizationId_connectionId_since_idx" ON "Price"("organizationId", "connectionId", "since");

-- CreateIndex
CREATE UNIQUE INDEX "Price_organizationId_id_key" ON "Price"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Budget_organizationId_id_key" ON "Budget"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "CallLimit_organizationId_id_key" ON "CallLimit"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "CallLimit_connectionId_window_key" ON "CallLimit"("connectionId", "window");

-- CreateIndex
CREATE INDEX "RateWindow_expire_idx" ON "RateWindow"("expire");

-- CreateIndex
CREATE UNIQUE INDEX "ConnectionLane_seq_key" ON "ConnectionLane"("seq");

-- CreateIndex
CREATE INDEX "ConnectionLane_organizationId_seq_idx" ON "ConnectionLane"("organizationId", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "ConnectionLane_organizationId_connectionId_key" ON "ConnectionLane"("organizationId", "connectionId");

-- CreateIndex
CREATE INDEX "ApiKeyAddress_organizationId_idx" ON "ApiKeyAddress"("organizationId");

-- CreateIndex
CREATE INDEX "ApiKeyRefusal_organizationId_hour_id_idx" ON "ApiKeyRefusal"("organizationId", "hour", "id");

-- CreateIndex
CREATE INDEX "ApiKeyRefusal_apiKeyId_hour_idx" ON "ApiKeyRefusal"("apiKeyId", "hour");

-- CreateIndex
CREATE INDEX "ApiKeyRefusal_hour_idx" ON "ApiKeyRefusal"("hour");

-- CreateIndex
CREATE INDEX "ApiKeyHour_organizationId_idx" ON "ApiKeyHour"("organizationId");

-- CreateIndex
CREATE INDEX "ApiKeyHour_hour_idx" ON "ApiKeyHour"("hour");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKeyHabit_organizationId_apiKeyId_key" ON "ApiKeyHabit"("organizationId", "apiKeyId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKeySuccessor_apiKeyId_key" ON "ApiKeySuccessor"("apiKeyId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKeySuccessor_successorId_key" ON "ApiKeySuccessor"("successorId");

-- CreateIndex
CREATE INDEX "ApiKeySuccessor_keyId_idx" ON "ApiKeySuccessor"("keyId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKeySuccessor_organizationId_apiKeyId_key" ON "ApiKeySuccessor"("organizationId", "apiKeyId");

-- CreateIndex
CREATE INDEX "SavedDashboard_organizationId_createdAt_id_idx" ON "SavedDashboard"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "SavedDashboard_organizationId_id_key" ON "SavedDashboard"("organizationId", "id");

-- CreateIndex
CREATE INDEX "Erasure_organizationId_createdAt_id_idx" ON "Erasure"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Erasure_keyId_idx" ON "Erasure"("keyId");

-- CreateIndex
CREATE UNIQUE INDEX "Erasure_organizationId_id_key" ON "Erasure"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "SystemEvent_seq_key" ON "SystemEvent"("seq");

-- CreateIndex
CREATE INDEX "SystemEvent_organizationId_seq_idx" ON "SystemEvent"("organizationId", "seq");

-- CreateIndex
CREATE INDEX "SystemEvent_organizationId_at_id_idx" ON "SystemEvent"("organizationId", "at", "id");

-- CreateIndex
CREATE INDEX "SystemEvent_at_idx" ON "SystemEvent"("at");

-- CreateIndex
CREATE INDEX "ApiKey_organizationId_createdAt_id_idx" ON "ApiKey"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "ApiKey_rotateAt_idx" ON "ApiKey"("rotateAt");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_organizationId_id_key" ON "ApiKey"("organizationId", "id");

-- AddForeignKey
ALTER TABLE "AlertNotice" ADD CONSTRAINT "AlertNotice_organizationId_alertId_fkey" FOREIGN KEY ("organizationId", "alertId") REFERENCES "Alert"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlertNotice" ADD CONSTRAINT "AlertNotice_organizationId_channelId_fkey" FOREIGN KEY ("organizationId", "channelId") REFERENCES "AlertChannel"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Price" ADD CONSTRAINT "Price_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Budget" ADD CONSTRAINT "Budget_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CallLimit" ADD CONSTRAINT "CallLimit_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ConnectionLane" ADD CONSTRAINT "ConnectionLane_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKeyAddress" ADD CONSTRAINT "ApiKeyAddress_organizationId_apiKeyId_fkey" FOREIGN KEY ("organizationId", "apiKeyId") REFERENCES "ApiKey"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKeyRefusal" ADD CONSTRAINT "ApiKeyRefusal_organizationId_apiKeyId_fkey" FOREIGN KEY ("organizationId", "apiKeyId") REFERENCES "ApiKey"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKeyHour" ADD CONSTRAINT "ApiKeyHour_organizationId_apiKeyId_fkey" FOREIGN KEY ("organizationId", "apiKeyId") REFERENCES "ApiKey"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKeyHabit" ADD CONSTRAINT "ApiKeyHabit_organizationId_apiKeyId_fkey" FOREIGN KEY ("organizationId", "apiKeyId") REFERENCES "ApiKey"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKeySuccessor" ADD CONSTRAINT "ApiKeySuccessor_organizationId_apiKeyId_fkey" FOREIGN KEY ("organizationId", "apiKeyId") REFERENCES "ApiKey"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------------------------------------------------------
-- From here on written by hand: what Prisma's models cannot say.
-- ---------------------------------------------------------------------------------------------------------------

-- Live streams: see the first migration. Rows of lanes change, and seq is the position of the latest change.
CREATE SEQUENCE hub_lanes_seq AS BIGINT CACHE 1 OWNED BY "ConnectionLane"."seq";
CREATE SEQUENCE hub_system_seq AS BIGINT CACHE 1 OWNED BY "SystemEvent"."seq";
ALTER TABLE "ConnectionLane" ALTER COLUMN "seq" SET DEFAULT nextval('hub_lanes_seq');
ALTER TABLE "SystemEvent" ALTER COLUMN "seq" SET DEFAULT nextval('hub_system_seq');
GRANT USAGE ON SEQUENCE hub_lanes_seq, hub_system_seq TO hub_app;

-- Alerts raised before there were rules were told to nobody; telling them now would be noise.
UPDATE "Alert" SET "unrouted" = false, "state" = 'RESOLVED', "resolvedAt" = "at", "lastAt" = "at";
-- An open alert is there once; repeats count up in its row.
CREATE UNIQUE INDEX "Alert_open_key" ON "Alert" ("organizationId", "dedupeKey")
  WHERE "state" <> 'RESOLVED' AND "dedupeKey" <> '';
-- What is to be done, and nothing else.
CREATE INDEX "Alert_unrouted_idx" ON "Alert" ("seq") WHERE "unrouted";
CREATE INDEX "Alert_escalate_idx" ON "Alert" ("escalateAt") WHERE "escalateAt" IS NOT NULL;
CREATE INDEX "Alert_silenced_idx" ON "Alert" ("silenceId") WHERE "silenceId" IS NOT NULL AND "state" <> 'RESOLVED';
CREATE INDEX "AlertNotice_due_idx" ON "AlertNotice" ("nextAttemptAt") WHERE "nextAttemptAt" IS NOT NULL;
-- People take alerts, and repeats change them.
GRANT UPDATE ON "Alert" TO hub_app;

-- One budget for each connection and one for the organization.
CREATE UNIQUE INDEX "Budget_scope_key" ON "Budget" ("organizationId", coalesce("connectionId", '00000000-0000-0000-0000-000000000000'::uuid));
-- One count for each hour, address and reason, whether the key is known or not.
CREATE UNIQUE INDEX "ApiKeyRefusal_count_key" ON "ApiKeyRefusal"
  ("organizationId", coalesce("apiKeyId", '00000000-0000-0000-0000-000000000000'::uuid), "hour", "ipAddress", "prefix", "reason");

-- Keys that were made before there was a policy are due ninety days after they were made.
UPDATE "ApiKey" SET "rotateAt" = "createdAt" + INTERVAL '90 days' WHERE "revokedAt" IS NULL;

-- Row level security. Windows of limits are the hub's own: keys of every organization, read for people by the hub.
ALTER TABLE "RateWindow" ENABLE ROW LEVEL SECURITY;
SELECT hub_guard_table(name) FROM unnest(ARRAY[
  'AlertRule', 'AlertChannel', 'AlertNotice', 'Silence', 'AlertSeen', 'ErrorRollup', 'EventRollup', 'Price', 'Budget',
  'CallLimit', 'ConnectionLane', 'ApiKeyAddress', 'ApiKeyRefusal', 'ApiKeyHour', 'ApiKeyHabit', 'ApiKeySuccessor', 'SavedDashboard', 'Erasure'
]) AS name;
-- What happened stays as it was written.
SELECT hub_guard_table('SystemEvent', 'SELECT, INSERT');

-- ---------------------------------------------------------------------------------------------------------------
-- Roll-ups: by minute, hour, day and month instead of by minute alone, and with a finer histogram.
-- ---------------------------------------------------------------------------------------------------------------

-- Beginning of the minute, hour, day or month an instant lies in, by the calendar of a time zone. A zone that this server
-- does not know (its list may be older than the hub's) is taken as UTC: nothing that happened goes uncounted for a name.
CREATE FUNCTION hub_begin(grain "RollupGrain", at TIMESTAMPTZ, zone TEXT) RETURNS TIMESTAMPTZ
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$
BEGIN
  IF grain = 'MINUTE' THEN RETURN date_trunc('minute', at, 'UTC'); END IF;
  RETURN date_trunc(grain::text, at, coalesce(zone, 'UTC'));
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN date_trunc(grain::text, at, 'UTC');
END $$;
REVOKE EXECUTE ON FUNCTION hub_begin("RollupGrain", TIMESTAMPTZ, TEXT) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_begin("RollupGrain", TIMESTAMPTZ, TEXT) TO hub_app;

-- Merges two histograms. Both begin at their first bucket that holds something (their lower bound says which), so that a
-- few calls of alike latency are a few numbers; the second one, which is the small one, is added number by number.
CREATE OR REPLACE FUNCTION hub_add_buckets(a INT[], b INT[]) RETURNS INT[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF cardinality(b) IS NULL OR cardinality(b) = 0 THEN RETURN coalesce(a, '{}'); END IF;
  IF cardinality(a) IS NULL OR cardinality(a) = 0 THEN RETURN b; END IF;
  IF array_lower(b, 1) < array_lower(a, 1) THEN
    a := array_fill(0, ARRAY[array_lower(a, 1) - array_lower(b, 1)], ARRAY[array_lower(b, 1)]) || a;
  END IF;
  IF array_upper(b, 1) > array_upper(a, 1) THEN
    a := a || array_fill(0, ARRAY[array_upper(b, 1) - array_upper(a, 1)]);
  END IF;
  FOR n IN array_lower(b, 1)..array_upper(b, 1) LOOP
    IF b[n] <> 0 THEN a[n] := a[n] + b[n]; END IF;
  END LOOP;
  RETURN a;
END $$;
CREATE AGGREGATE hub_sum_buckets(INT[]) (sfunc = hub_add_buckets, stype = INT[], initcond = '{}');

-- Old bucket n held latencies up to 2^(n/2) ms, a new one up to 1.04^n ms: what an old one held goes where its middle lies.
CREATE FUNCTION hub_finer_buckets(old INT[]) RETURNS INT[] LANGUAGE sql IMMUTABLE AS $$
  WITH moved AS (
    SELECT CASE n WHEN 1 THEN 1 ELSE 1 + round(((n - 1.5) * 0.5 * ln(2.0) / ln(1.04))::numeric)::int END AS place, x
    FROM unnest(old) WITH ORDINALITY AS bucket(x, n) WHERE x <> 0
  )
  SELECT coalesce((
    SELECT format('[%s:%s]={%s}', min(place), max(place), string_agg(coalesce(x, 0)::text, ',' ORDER BY place))::int[]
    FROM generate_series((SELECT min(place) FROM moved), (SELECT max(place) FROM moved)) AS room(place)
    LEFT JOIN moved USING (place)
    HAVING count(*) > 0
  ), '{}')
$$;

-- Calls. Prices were never written before.
ALTER TABLE "Call" RENAME COLUMN "costMinor" TO "costMicros";
ALTER TABLE "CallRollup" DROP CONSTRAINT "CallRollup_pkey";
DROP INDEX "CallRollup_minute_idx";
ALTER TABLE "CallRollup" RENAME COLUMN "minute" TO "at";
ALTER TABLE "CallRollup" ADD COLUMN "grain" "RollupGrain" NOT NULL DEFAULT 'MINUTE',
ADD COLUMN "dimension" "CallDimension" NOT NULL DEFAULT 'CONNECTION',
ADD COLUMN "name" TEXT NOT NULL DEFAULT '',
ADD COLUMN "retries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "cached" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "limited" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "costMicros" BIGINT NOT NULL DEFAULT 0,
ALTER COLUMN "calls" SET DEFAULT 0,
ALTER COLUMN "errors" SET DEFAULT 0,
ALTER COLUMN "latencyTotalMs" SET DEFAULT 0,
ALTER COLUMN "requestBytes" SET DEFAULT 0,
ALTER COLUMN "responseBytes" SET DEFAULT 0;
ALTER TABLE "CallRollup" ALTER COLUMN "grain" DROP DEFAULT, ALTER COLUMN "dimension" DROP DEFAULT;
-- Rows of now are written again and again: room beside them keeps those changes off the indexes.
ALTER TABLE "CallRollup" SET (fillfactor = 70);
UPDATE "CallRollup" SET "buckets" = hub_finer_buckets("buckets");
INSERT INTO "CallRollup"
  ("organizationId", "grain", "dimension", "at", "connectionId", "calls", "errors", "latencyTotalMs", "requestBytes", "responseBytes", "buckets")
SELECT r."organizationId", g.grain, d.dimension, hub_begin(g.grain, r."at", o."timeZone") AS begun, d.connection,
  sum(r."calls"), sum(r."errors"), sum(r."latencyTotalMs"), sum(r."requestBytes"), sum(r."responseBytes"), hub_sum_buckets(r."buckets")
FROM "CallRollup" r LEFT JOIN "Organization" o ON o."id" = r."organizationId"
CROSS JOIN unnest(enum_range(NULL::"RollupGrain")) AS g(grain)
CROSS JOIN LATERAL (VALUES ('CONNECTION'::"CallDimension", r."connectionId"), ('ALL', '00000000-0000-0000-0000-000000000000')) AS d(dimension, connection)
WHERE g.grain <> 'MINUTE' OR d.dimension = 'ALL'
GROUP BY 1, 2, 3, 4, 5;
ALTER TABLE "CallRollup" ADD CONSTRAINT "CallRollup_pkey" PRIMARY KEY ("organizationId","grain","dimension","at","connectionId","name");
CREATE INDEX "CallRollup_organizationId_grain_dimension_connectionId_at_idx" ON "CallRollup"("organizationId", "grain", "dimension", "connectionId", "at");
CREATE INDEX "CallRollup_grain_at_idx" ON "CallRollup"("grain", "at");

-- Deliveries.
ALTER TABLE "DeliveryRollup" DROP CONSTRAINT "DeliveryRollup_pkey";
DROP INDEX "DeliveryRollup_minute_idx";
ALTER TABLE "DeliveryRollup" RENAME COLUMN "minute" TO "at";
ALTER TABLE "DeliveryRollup" ADD COLUMN "grain" "RollupGrain" NOT NULL DEFAULT 'MINUTE',
ADD COLUMN "queueTotalMs" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN "firstAttempts" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "DeliveryRollup" ALTER COLUMN "grain" DROP DEFAULT;
ALTER TABLE "DeliveryRollup" SET (fillfactor = 70);
UPDATE "DeliveryRollup" SET "buckets" = hub_finer_buckets("buckets");
INSERT INTO "DeliveryRollup"
  ("organizationId", "endpointId", "grain", "at", "attempts", "delivered", "failed", "dead", "latencyTotalMs", "buckets")
SELECT r."organizationId", r."endpointId", g.grain, hub_begin(g.grain, r."at", o."timeZone") AS begun,
  sum(r."attempts"), sum(r."delivered"), sum(r."failed"), sum(r."dead"), sum(r."latencyTotalMs"), hub_sum_buckets(r."buckets")
FROM "DeliveryRollup" r LEFT JOIN "Organization" o ON o."id" = r."organizationId"
CROSS JOIN (VALUES ('HOUR'::"RollupGrain"), ('DAY')) AS g(grain)
GROUP BY 1, 2, 3, 4;
ALTER TABLE "DeliveryRollup" ADD CONSTRAINT "DeliveryRollup_pkey" PRIMARY KEY ("organizationId","endpointId","grain","at");
CREATE INDEX "DeliveryRollup_grain_at_idx" ON "DeliveryRollup"("grain", "at");

-- Sources.
ALTER TABLE "SourceRollup" DROP CONSTRAINT "SourceRollup_pkey";
DROP INDEX "SourceRollup_minute_idx";
ALTER TABLE "SourceRollup" RENAME COLUMN "minute" TO "at";
ALTER TABLE "SourceRollup" ADD COLUMN "grain" "RollupGrain" NOT NULL DEFAULT 'MINUTE',
ADD COLUMN "routed" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "queueTotalMs" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "SourceRollup" ALTER COLUMN "grain" DROP DEFAULT;
ALTER TABLE "SourceRollup" SET (fillfactor = 70);
INSERT INTO "SourceRollup"
  ("organizationId", "sourceId", "grain", "at", "received", "verified", "duplicates", "quarantined", "refused", "failed", "bytes", "lastAt")
SELECT r."organizationId", r."sourceId", g.grain, hub_begin(g.grain, r."at", o."timeZone") AS begun,
  sum(r."received"), sum(r."verified"), sum(r."duplicates"), sum(r."quarantined"), sum(r."refused"), sum(r."failed"), sum(r."bytes"), max(r."lastAt")
FROM "SourceRollup" r LEFT JOIN "Organization" o ON o."id" = r."organizationId"
CROSS JOIN (VALUES ('HOUR'::"RollupGrain"), ('DAY')) AS g(grain)
GROUP BY 1, 2, 3, 4;
ALTER TABLE "SourceRollup" ADD CONSTRAINT "SourceRollup_pkey" PRIMARY KEY ("organizationId","sourceId","grain","at");
CREATE INDEX "SourceRollup_grain_at_idx" ON "SourceRollup"("grain", "at");
DROP FUNCTION hub_finer_buckets(INT[]);

-- Intake counts by minute, hour and day, too. Nothing else of its functions changes, that of the version before included
-- (its replicas go on until they are gone), so they are rewritten where they count and nowhere else.
DO $rewrite$
DECLARE
  intake RECORD;
  counting TEXT;
BEGIN
  FOR intake IN SELECT pg_get_functiondef(oid) AS text FROM pg_proc WHERE proname = 'hub_store_inbound' LOOP
    counting := regexp_replace(intake.text,
      'INSERT INTO "SourceRollup" AS kept\s*\(("organizationId", "sourceId", "minute",[^)]*)\)', 'WITH counted (\1) AS (');
    counting := regexp_replace(counting,
      'GROUP BY 1, 2, 3 ORDER BY 1, 2, 3\s*ON CONFLICT \("organizationId", "sourceId", "minute"\)', $counted$GROUP BY 1, 2, 3)
  INSERT INTO "SourceRollup" AS kept
    ("organizationId", "sourceId", "grain", "at", "received", "verified", "duplicates", "quarantined", "refused", "bytes", "lastAt")
  SELECT c."organizationId", c."sourceId", g.grain, hub_begin(g.grain, c."minute", o."timeZone"), sum(c."received"), sum(c."verified"),
    sum(c."duplicates"), sum(c."quarantined"), sum(c."refused"), sum(c."bytes"), max(c."lastAt")
  FROM counted AS c LEFT JOIN "Organization" o ON o."id" = c."organizationId"
  CROSS JOIN (VALUES ('MINUTE'::"RollupGrain"), ('HOUR'), ('DAY')) AS g(grain)
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT ("organizationId", "sourceId", "grain", "at")$counted$);
    IF counting LIKE '%"minute")%' OR counting NOT LIKE '%hub_begin%' THEN
      RAISE EXCEPTION 'hub_store_inbound counts in a way this migration does not know';
    END IF;
    EXECUTE counting;
  END LOOP;
END $rewrite$;

-- Rows that calls keep in memory: whatever changes what a call depends on, everybody hears of it.
CREATE FUNCTION hub_ring_connection() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('hub_connections', OLD."id"::text);
  RETURN NULL;
END $$;
CREATE TRIGGER hub_connection_changed AFTER DELETE OR UPDATE OF "status", "environment", "simulated", "baseUrl", "settings",
  "name", "cacheTtlSeconds", "cacheStaleSeconds", "version" ON "Connection"
  FOR EACH ROW EXECUTE FUNCTION hub_ring_connection();
