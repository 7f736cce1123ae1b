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
CREATE TYPE "RollupGrain" AS ENUM ('MINUTE', 'HOUR', 'DAY');

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
