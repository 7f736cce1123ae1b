-- CreateTable
CREATE TABLE "OperationResult" (
    "id" UUID NOT NULL,
    "organizationId" UUID NOT NULL,
    "connectionId" UUID NOT NULL,
    "operation" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "wrappedKey" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OperationResult_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "OperationResult_organizationId_connectionId_idx" ON "OperationResult"("organizationId", "connectionId");

-- CreateIndex
CREATE INDEX "OperationResult_keyId_idx" ON "OperationResult"("keyId");

-- CreateIndex
CREATE INDEX "OperationResult_createdAt_idx" ON "OperationResult"("createdAt");

-- AddForeignKey
ALTER TABLE "OperationResult" ADD CONSTRAINT "OperationResult_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "Connection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Row level security, as every table of an organization.
SELECT hub_guard_table('OperationResult');
