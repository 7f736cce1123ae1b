-- Made by prisma/bin/new-migration.ts from the models; "Call" was made a partitioned table by hand.

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "CallPurpose" AS ENUM ('OPERATION', 'PROXY', 'PROBE', 'TEST', 'OAUTH', 'SYNC');

-- CreateEnum
CREATE TYPE "ConnectionStatus" AS ENUM ('ACTIVE', 'TESTING', 'DISABLED', 'ERROR', 'NOT_CONFIGURED');

-- CreateEnum
CREATE TYPE "Environment" AS ENUM ('SANDBOX', 'LIVE');

-- CreateEnum
CREATE TYPE "HealthState" AS ENUM ('HEALTHY', 'DEGRADED', 'DOWN', 'UNKNOWN', 'NOT_CONFIGURED');

-- CreateEnum
CREATE TYPE "CredentialKind" AS ENUM ('FIELDS', 'GRANT');

-- CreateEnum
CREATE TYPE "GrantState" AS ENUM ('VALID', 'RECONNECT');

-- CreateEnum
CREATE TYPE "IncidentState" AS ENUM ('OPEN', 'RESOLVED');

-- CreateEnum
CREATE TYPE "IncidentSeverity" AS ENUM ('DEGRADED', 'DOWN');

-- CreateEnum
CREATE TYPE "IncidentEntryKind" AS ENUM ('OPENED', 'ESCALATED', 'EASED', 'NOTE', 'RESOLVED');

-- CreateEnum
CREATE TYPE "MemberRole" AS ENUM ('OWNER', 'ADMIN', 'OPERATOR', 'VIEWER');

-- CreateEnum
CREATE TYPE "KeyEnvironment" AS ENUM ('DEVELOPMENT', 'PRODUCTION');

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actorKind" TEXT NOT NULL,
    "actorId" TEXT,
    "actorName" TEXT,
    "ipAddress" TEXT,
    "action" TEXT NOT NULL,
    "subjectType" TEXT NOT NULL,
    "subjectId" TEXT,
    "before" JSONB,
    "after" JSONB,
    "correlationId" TEXT,
    "previousHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Call" (
    "seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "purpose" "CallPurpose" NOT NULL,
    "operation" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "status" INTEGER,
    "ok" BOOLEAN NOT NULL,
    "errorClass" TEXT,
    "errorMessage" TEXT,
    "latencyMs" INTEGER NOT NULL,
    "attempts" INTEGER NOT NULL,
    "requestBytes" INTEGER NOT NULL,
    "responseBytes" INTEGER NOT NULL,
    "requestHead" JSONB NOT NULL,
    "requestBody" TEXT,
    "responseHead" JSONB,
    "responseBody" TEXT,
    "steps" JSONB NOT NULL,
    "actorKind" TEXT NOT NULL,
    "actorId" TEXT,
    "actorName" TEXT,
    "ipAddress" TEXT,
    "correlationId" TEXT NOT NULL,
    "costMinor" BIGINT,

    CONSTRAINT "Call_pkey" PRIMARY KEY ("at","id")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "CallRollup" (
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "calls" INTEGER NOT NULL,
    "errors" INTEGER NOT NULL,
    "latencyTotalMs" BIGINT NOT NULL,
    "requestBytes" BIGINT NOT NULL,
    "responseBytes" BIGINT NOT NULL,
    "buckets" INTEGER[],

    CONSTRAINT "CallRollup_pkey" PRIMARY KEY ("organizationId","connectionId","minute")
);

-- CreateTable
CREATE TABLE "Connection" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "status" "ConnectionStatus" NOT NULL,
    "statusReason" TEXT,
    "simulated" BOOLEAN NOT NULL DEFAULT false,
    "baseUrl" TEXT,
    "settings" JSONB NOT NULL DEFAULT '{}',
    "lastTest" JSONB,
    "lastTestAt" TIMESTAMPTZ(3),
    "probeIntervalSeconds" INTEGER NOT NULL DEFAULT 300,
    "nextProbeAt" TIMESTAMPTZ(3),
    "health" "HealthState" NOT NULL DEFAULT 'NOT_CONFIGURED',
    "healthSince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "healthReason" TEXT,
    "lastProbeAt" TIMESTAMPTZ(3),
    "lastLatencyMs" INTEGER,
    "failuresInRow" INTEGER NOT NULL DEFAULT 0,
    "successesInRow" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Connection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Credential" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "kind" "CredentialKind" NOT NULL,
    "version" INTEGER NOT NULL,
    "keyId" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "hints" JSONB NOT NULL DEFAULT '{}',
    "replacedAt" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3),
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Credential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Grant" (
    "connectionId" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "state" "GrantState" NOT NULL DEFAULT 'VALID',
    "generation" INTEGER NOT NULL DEFAULT 1,
    "scopes" TEXT[],
    "expiresAt" TIMESTAMPTZ(3),
    "refreshedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leaseOwner" TEXT,
    "leaseUntil" TIMESTAMPTZ(3),
    "failure" TEXT,
    "failedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Grant_pkey" PRIMARY KEY ("connectionId")
);

-- CreateTable
CREATE TABLE "OAuthFlow" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "stateHash" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "redirectUri" TEXT NOT NULL,
    "startedById" TEXT,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OAuthFlow_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MasterKey" (
    "id" TEXT NOT NULL,
    "check" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MasterKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Probe" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "ok" BOOLEAN NOT NULL,
    "latencyMs" INTEGER NOT NULL,
    "errorClass" TEXT,
    "message" TEXT,
    "state" "HealthState" NOT NULL,

    CONSTRAINT "Probe_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "HealthTransition" (
    "seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "from" "HealthState" NOT NULL,
    "to" "HealthState" NOT NULL,
    "reason" TEXT,

    CONSTRAINT "HealthTransition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Incident" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "state" "IncidentState" NOT NULL,
    "severity" "IncidentSeverity" NOT NULL,
    "cause" TEXT NOT NULL,
    "errorClass" TEXT,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "resolvedAt" TIMESTAMPTZ(3),
    "notes" TEXT,

    CONSTRAINT "Incident_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IncidentEntry" (
    "seq" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "incidentId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" "IncidentEntryKind" NOT NULL,
    "text" TEXT NOT NULL,
    "actorName" TEXT,

    CONSTRAINT "IncidentEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailVerified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "twoFactorEnabled" BOOLEAN DEFAULT false,
    "superAdmin" BOOLEAN NOT NULL DEFAULT false,
    "mustChangePassword" BOOLEAN NOT NULL DEFAULT false,
    "locale" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "activeOrganizationId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Account" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "accessToken" TEXT,
    "refreshToken" TEXT,
    "idToken" TEXT,
    "accessTokenExpiresAt" TIMESTAMPTZ(3),
    "refreshTokenExpiresAt" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TwoFactor" (
    "id" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "backupCodes" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "verified" BOOLEAN NOT NULL DEFAULT true,
    "failedVerificationCount" INTEGER NOT NULL DEFAULT 0,
    "lockedUntil" TIMESTAMPTZ(3),

    CONSTRAINT "TwoFactor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Organization" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "country" TEXT,
    "currency" TEXT NOT NULL DEFAULT 'USD',
    "timeZone" TEXT NOT NULL DEFAULT 'UTC',
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Member" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "role" "MemberRole" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Invitation" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" "MemberRole" NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "acceptedAt" TIMESTAMPTZ(3),
    "invitedById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "role" "MemberRole" NOT NULL,
    "scopes" TEXT[],
    "connectionIds" UUID[],
    "environment" "KeyEnvironment" NOT NULL DEFAULT 'PRODUCTION',
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "organizationId" UUID NOT NULL,
    "operation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "requestHash" TEXT NOT NULL,
    "resultId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("organizationId","operation","key")
);

-- CreateIndex
CREATE INDEX "AuditEntry_organizationId_at_idx" ON "AuditEntry"("organizationId", "at");

-- CreateIndex
CREATE INDEX "AuditEntry_organizationId_subjectType_subjectId_idx" ON "AuditEntry"("organizationId", "subjectType", "subjectId");

-- CreateIndex
CREATE UNIQUE INDEX "AuditEntry_organizationId_position_key" ON "AuditEntry"("organizationId", "position");

-- CreateIndex
CREATE INDEX "Call_organizationId_seq_idx" ON "Call"("organizationId", "seq");

-- CreateIndex
CREATE INDEX "Call_organizationId_connectionId_seq_idx" ON "Call"("organizationId", "connectionId", "seq");

-- CreateIndex
CREATE INDEX "Call_id_idx" ON "Call"("id");

-- CreateIndex
CREATE INDEX "Call_seq_idx" ON "Call"("seq");

-- CreateIndex
CREATE INDEX "CallRollup_minute_idx" ON "CallRollup"("minute");

-- CreateIndex
CREATE INDEX "Connection_organizationId_createdAt_id_idx" ON "Connection"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Connection_nextProbeAt_idx" ON "Connection"("nextProbeAt");

-- CreateIndex
CREATE UNIQUE INDEX "Connection_organizationId_id_key" ON "Connection"("organizationId", "id");

-- CreateIndex
CREATE INDEX "Credential_keyId_idx" ON "Credential"("keyId");

-- CreateIndex
CREATE INDEX "Credential_organizationId_idx" ON "Credential"("organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "Credential_connectionId_kind_version_key" ON "Credential"("connectionId", "kind", "version");

-- CreateIndex
CREATE UNIQUE INDEX "Grant_organizationId_connectionId_key" ON "Grant"("organizationId", "connectionId");

-- CreateIndex
CREATE UNIQUE INDEX "OAuthFlow_stateHash_key" ON "OAuthFlow"("stateHash");

-- CreateIndex
CREATE INDEX "OAuthFlow_organizationId_idx" ON "OAuthFlow"("organizationId");

-- CreateIndex
CREATE INDEX "OAuthFlow_expiresAt_idx" ON "OAuthFlow"("expiresAt");

-- CreateIndex
CREATE INDEX "Probe_organizationId_connectionId_at_idx" ON "Probe"("organizationId", "connectionId", "at");

-- CreateIndex
CREATE INDEX "Probe_at_idx" ON "Probe"("at");

-- CreateIndex
CREATE UNIQUE INDEX "HealthTransition_seq_key" ON "HealthTransition"("seq");

-- CreateIndex
CREATE INDEX "HealthTransition_organizationId_seq_idx" ON "HealthTransition"("organizationId", "seq");

-- CreateIndex
CREATE INDEX "HealthTransition_connectionId_at_idx" ON "HealthTransition"("connectionId", "at");

-- CreateIndex
CREATE INDEX "Incident_organizationId_openedAt_id_idx" ON "Incident"("organizationId", "openedAt", "id");

-- CreateIndex
CREATE INDEX "Incident_connectionId_state_idx" ON "Incident"("connectionId", "state");

-- CreateIndex
CREATE UNIQUE INDEX "Incident_organizationId_id_key" ON "Incident"("organizationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "IncidentEntry_seq_key" ON "IncidentEntry"("seq");

-- CreateIndex
CREATE INDEX "IncidentEntry_organizationId_seq_idx" ON "IncidentEntry"("organizationId", "seq");

-- CreateIndex
CREATE INDEX "IncidentEntry_incidentId_at_idx" ON "IncidentEntry"("incidentId", "at");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE UNIQUE INDEX "Session_token_key" ON "Session"("token");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE INDEX "Account_userId_idx" ON "Account"("userId");

-- CreateIndex
CREATE INDEX "Verification_identifier_idx" ON "Verification"("identifier");

-- CreateIndex
CREATE INDEX "TwoFactor_userId_idx" ON "TwoFactor"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Organization_slug_key" ON "Organization"("slug");

-- CreateIndex
CREATE INDEX "Member_userId_idx" ON "Member"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Member_organizationId_userId_key" ON "Member"("organizationId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "Invitation_tokenHash_key" ON "Invitation"("tokenHash");

-- CreateIndex
CREATE INDEX "Invitation_organizationId_idx" ON "Invitation"("organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_hash_key" ON "ApiKey"("hash");

-- CreateIndex
CREATE INDEX "ApiKey_organizationId_idx" ON "ApiKey"("organizationId");

-- CreateIndex
CREATE INDEX "IdempotencyKey_createdAt_idx" ON "IdempotencyKey"("createdAt");

-- AddForeignKey
ALTER TABLE "Connection" ADD CONSTRAINT "Connection_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Credential" ADD CONSTRAINT "Credential_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OAuthFlow" ADD CONSTRAINT "OAuthFlow_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Probe" ADD CONSTRAINT "Probe_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HealthTransition" ADD CONSTRAINT "HealthTransition_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Incident" ADD CONSTRAINT "Incident_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "IncidentEntry" ADD CONSTRAINT "IncidentEntry_organizationId_incidentId_fkey" FOREIGN KEY ("organizationId", "incidentId") REFERENCES "Incident"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Account" ADD CONSTRAINT "Account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TwoFactor" ADD CONSTRAINT "TwoFactor_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Member" ADD CONSTRAINT "Member_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Member" ADD CONSTRAINT "Member_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------------------------------------------------------
-- From here on written by hand: what Prisma's models cannot say.
-- ---------------------------------------------------------------------------------------------------------------

-- Live streams. A row's number is taken under hub_append_lock, so numbers grow in the order rows become visible and a
-- reader that resumes after a number misses nothing. CACHE 1: a cached block would hand out old numbers late.
CREATE SEQUENCE hub_calls_seq AS BIGINT CACHE 1 OWNED BY "Call"."seq";
CREATE SEQUENCE hub_health_seq AS BIGINT CACHE 1 OWNED BY "HealthTransition"."seq";
CREATE SEQUENCE hub_incidents_seq AS BIGINT CACHE 1 OWNED BY "IncidentEntry"."seq";
ALTER TABLE "Call" ALTER COLUMN "seq" SET DEFAULT nextval('hub_calls_seq');
ALTER TABLE "HealthTransition" ALTER COLUMN "seq" SET DEFAULT nextval('hub_health_seq');
ALTER TABLE "IncidentEntry" ALTER COLUMN "seq" SET DEFAULT nextval('hub_incidents_seq');

-- One writer at a time per stream, until commit.
CREATE FUNCTION hub_append_lock(stream TEXT) RETURNS VOID LANGUAGE sql VOLATILE
AS $$ SELECT pg_advisory_xact_lock(hashtextextended('hub.stream.' || stream, 0)) $$;

-- Merges two latency histograms, bucket by bucket; the shorter one counts as zeros at its end.
CREATE FUNCTION hub_add_buckets(a INT[], b INT[]) RETURNS INT[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  SELECT coalesce(array_agg(coalesce(x, 0) + coalesce(y, 0) ORDER BY n), '{}')
  FROM unnest(a, b) WITH ORDINALITY AS pair(x, y, n)
);

-- Call search. Bodies are bound when created (RETURN, not a string), so a restore with an empty search_path works.
-- Punctuation becomes blanks first: the default parser would keep "/v1/payment_intents" as one word.
CREATE FUNCTION hub_words(text TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(coalesce(text, ''), '/._-?&=:;,()[]{}"''@#%+*|<>!~^$\`', repeat(' ', 32));

-- The organization is a word of the document, so that a search meets its own organization's calls only, in the index.
CREATE FUNCTION hub_call_document(organization UUID, method TEXT, host TEXT, path TEXT, operation TEXT, error TEXT)
RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_tsvector(ARRAY[organization::text]) || to_tsvector('simple'::regconfig, hub_words(
  coalesce(method, '') || ' ' || coalesce(host, '') || ' ' || coalesce(path, '') || ' ' ||
  coalesce(operation, '') || ' ' || coalesce(left(error, 1000), '')));

-- Every word must be there, each as a beginning: "pay int" finds payment_intents. No word at all finds nothing, and so
-- does a lone word too long to be one (over 2 kB), which to_tsquery leaves out.
CREATE FUNCTION hub_call_query(organization UUID, search TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  SELECT CASE WHEN organization IS NULL OR numnode(words) = 0 THEN ''::tsquery
    ELSE ('''' || organization::text || '''')::tsquery && words END
  FROM (
    SELECT to_tsquery('simple'::regconfig, coalesce(string_agg(word || ':*', ' & '), '')) AS words
    FROM regexp_split_to_table(trim(hub_words(search)), '\s+') AS word
    WHERE word <> ''
  ) AS parsed
);

CREATE INDEX "Call_search_idx" ON "Call"
  USING GIN (hub_call_document("organizationId", "method", "host", "path", "operation", "errorMessage"));

-- Monthly partitions of the call log (UTC months). Rows of a month that has none land in the default partition and
-- are moved when its partition is made. ATTACH, not PARTITION OF: the latter would block every reader of the log.
CREATE TABLE "Call_default" PARTITION OF "Call" DEFAULT;

CREATE FUNCTION hub_ensure_partitions(months_ahead INT) RETURNS INT LANGUAGE plpgsql AS $$
DECLARE
  month TIMESTAMP;
  month_start TIMESTAMPTZ;
  month_end TIMESTAMPTZ;
  partition TEXT;
  made INT := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('hub_ensure_partitions', 0));
  FOR ahead IN 0..months_ahead LOOP
    month := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead);
    month_start := month AT TIME ZONE 'UTC';
    month_end := (month + INTERVAL '1 month') AT TIME ZONE 'UTC';
    partition := 'Call_' || to_char(month, 'YYYY_MM');
    CONTINUE WHEN to_regclass(quote_ident(partition)) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE "Call" INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
    EXECUTE format('WITH moved AS (DELETE FROM "Call_default" WHERE "at" >= %L AND "at" < %L RETURNING *)
                    INSERT INTO %I SELECT * FROM moved', month_start, month_end, partition);
    EXECUTE format('ALTER TABLE "Call" ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   partition, month_start, month_end);
    made := made + 1;
  END LOOP;
  RETURN made;
END $$;

REVOKE EXECUTE ON FUNCTION hub_ensure_partitions(INT) FROM PUBLIC;
SELECT hub_ensure_partitions(2);

-- The audit log is append-only for everybody, its owner included; only the retention job, which says so in its own
-- transaction, may remove what has passed its term.
CREATE FUNCTION hub_refuse_audit_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('hub.retention', true) IS DISTINCT FROM 'on' THEN
    RAISE EXCEPTION 'audit entries are append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'TRUNCATE' THEN RETURN NULL; END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER audit_rows_stay BEFORE UPDATE OR DELETE ON "AuditEntry"
  FOR EACH ROW EXECUTE FUNCTION hub_refuse_audit_change();
CREATE TRIGGER audit_table_stays BEFORE TRUNCATE ON "AuditEntry"
  FOR EACH STATEMENT EXECUTE FUNCTION hub_refuse_audit_change();
-- ALWAYS: also when a session claims to be a replica.
ALTER TABLE "AuditEntry" ENABLE ALWAYS TRIGGER audit_rows_stay;
ALTER TABLE "AuditEntry" ENABLE ALWAYS TRIGGER audit_table_stays;

-- What acts for one organization acts as hub_app. Roles belong to the whole server, so another database may have made
-- it already, or be making it right now.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_app') THEN
    BEGIN
      CREATE ROLE hub_app NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  -- From version 16 on, who makes a role belongs to it without being allowed to act as it.
  IF NOT pg_has_role(current_user, 'hub_app', CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END) THEN
    EXECUTE format('GRANT hub_app TO %I', current_user);
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO hub_app', current_schema());
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'the hub needs the role hub_app, and % may neither make nor grant roles', current_user USING
    ERRCODE = 'insufficient_privilege',
    HINT = format('Ask an administrator to run: CREATE ROLE hub_app NOLOGIN; GRANT hub_app TO %I;', current_user);
END $$;

-- Row level security: an organization's rows exist for hub_app only while hub.organization names it. The sub-select
-- makes PostgreSQL read the setting once per statement, not once per row. Nothing set: no rows.
-- Every table with an organization is guarded by this, in the migration that makes it.
CREATE FUNCTION hub_guard_table(guarded TEXT, actions TEXT DEFAULT 'SELECT, INSERT, UPDATE, DELETE', owner_column TEXT DEFAULT 'organizationId')
RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  own TEXT := format('%I = (SELECT nullif(current_setting(''hub.organization'', true), '''')::uuid)', owner_column);
BEGIN
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', guarded);
  EXECUTE format('CREATE POLICY organization ON %I TO hub_app USING (%s) WITH CHECK (%s)', guarded, own, own);
  EXECUTE format('GRANT %s ON %I TO hub_app', actions, guarded);
END $$;
REVOKE EXECUTE ON FUNCTION hub_guard_table(TEXT, TEXT, TEXT) FROM PUBLIC;

SELECT hub_guard_table(name) FROM unnest(ARRAY[
  'Member', 'Invitation', 'ApiKey', 'IdempotencyKey', 'Connection', 'Credential', 'Grant', 'OAuthFlow', 'CallRollup',
  'Probe', 'HealthTransition', 'Incident', 'IncidentEntry'
]) AS name;
-- A logged call and an audit entry are facts; nobody who acts for an organization edits them.
SELECT hub_guard_table(name, 'SELECT, INSERT') FROM unnest(ARRAY['Call', 'AuditEntry']) AS name;
-- Organizations are founded and dissolved by the hub itself.
SELECT hub_guard_table('Organization', 'SELECT, UPDATE', 'id');

-- Of an account, fellow members' names and addresses and nothing else. Sessions, passwords, second factors and master
-- keys are not granted at all; row level security without a policy keeps them shut even after a careless grant.
ALTER TABLE "User" ENABLE ROW LEVEL SECURITY;
CREATE POLICY fellow_members ON "User" FOR SELECT TO hub_app USING (EXISTS (
  SELECT FROM "Member" WHERE "Member"."userId" = "User"."id"
    AND "Member"."organizationId" = (SELECT nullif(current_setting('hub.organization', true), '')::uuid)));
GRANT SELECT ("id", "name", "email", "image", "twoFactorEnabled", "createdAt") ON "User" TO hub_app;
ALTER TABLE "Session" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Account" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Verification" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "TwoFactor" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "MasterKey" ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SEQUENCE hub_calls_seq, hub_health_seq, hub_incidents_seq TO hub_app;

-- Row level security lets no condition run before its own unless PostgreSQL knows that it leaks nothing, and it does not
-- know that of full-text matching: asked as hub_app, a search could not use its index and would read the whole log
-- (measured: 3 s instead of 2 ms for a rare word among 150,000 calls). So the search runs as the owner and names the
-- organization itself.

-- Some of the calls that match, by the search index and nothing else.
CREATE FUNCTION hub_matching_calls(query TSQUERY, most INT)
RETURNS TABLE ("at" TIMESTAMPTZ(3), "id" UUID, "seq" BIGINT, "connectionId" UUID)
LANGUAGE plpgsql STABLE ROWS 1000
SET enable_seqscan = off SET enable_indexscan = off SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
  RETURN QUERY SELECT found."at", found."id", found."seq", found."connectionId" FROM "Call" AS found
    WHERE hub_call_document(found."organizationId", found."method", found."host", found."path", found."operation", found."errorMessage") @@ query
    LIMIT most;
END $$;
REVOKE EXECUTE ON FUNCTION hub_matching_calls FROM PUBLIC;

-- Calls of the organization at hand that match, newest first, as keys to join "Call" with.
-- below, above: only calls before, after this position of the stream. connections: only of these.
-- A rare word goes by the search index; of a common one the newest are found soonest by looking at the newest calls.
CREATE FUNCTION hub_search_calls(
  search TEXT, below BIGINT DEFAULT NULL, above BIGINT DEFAULT NULL, connections UUID[] DEFAULT NULL, most INT DEFAULT 100
) RETURNS TABLE ("at" TIMESTAMPTZ(3), "id" UUID, "seq" BIGINT)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
  rare CONSTANT INT := 10000;
  organization CONSTANT UUID := nullif(current_setting('hub.organization', true), '')::uuid;
  query CONSTANT TSQUERY := hub_call_query(organization, search);
BEGIN
  IF numnode(query) = 0 THEN RETURN; END IF;
  IF (SELECT count(*) FROM hub_matching_calls(query, rare)) < rare THEN
    RETURN QUERY SELECT found."at", found."id", found."seq" FROM hub_matching_calls(query, rare) AS found
      WHERE (below IS NULL OR found."seq" < below) AND (above IS NULL OR found."seq" > above)
        AND (connections IS NULL OR found."connectionId" = ANY (connections))
      ORDER BY found."seq" DESC LIMIT most;
  ELSE
    RETURN QUERY SELECT found."at", found."id", found."seq" FROM "Call" AS found
      WHERE found."organizationId" = organization
        AND (below IS NULL OR found."seq" < below) AND (above IS NULL OR found."seq" > above)
        AND (connections IS NULL OR found."connectionId" = ANY (connections))
        AND hub_call_document(found."organizationId", found."method", found."host", found."path", found."operation", found."errorMessage") @@ query
      ORDER BY found."seq" DESC LIMIT most;
  END IF;
END $$;
-- Temporary objects last: who acts for an organization must not put a table of its own in the place of "Call".
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION hub_search_calls SET search_path = %I, pg_temp', current_schema());
END $$;
REVOKE EXECUTE ON FUNCTION hub_search_calls FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_search_calls TO hub_app;
