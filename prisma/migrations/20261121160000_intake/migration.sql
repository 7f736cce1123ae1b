-- Intake in columns: PostgreSQL reads an array in a third of the time it takes to make rows of JSON, and a row that was
-- stored, which is nearly every one, is no longer looked up in the list of all that were. The function of before stays for
-- replicas of the version before, until they are gone.
--
-- One element per request in every array. instants: milliseconds since 1970. starts and sizes say where the
-- body lies in bodies (from 1). digests: 32 bytes each. room: unproven requests kept per source. Answers with the ids that
-- were not stored, because they had been before or because there was no room: lists that are short.
CREATE FUNCTION hub_store_inbound(
  ids UUID[], instants BIGINT[], organizations UUID[], sources UUID[], connections UUID[], providers TEXT[],
  vendor_ids TEXT[], vendor_types TEXT[], occurred TIMESTAMPTZ[], verdicts TEXT[], words TEXT[], methods TEXT[],
  queries TEXT[], heads TEXT[], addresses TEXT[], correlations TEXT[], starts INT[], sizes INT[],
  bodies BYTEA, digests BYTEA, room INT
) RETURNS TABLE (duplicates UUID[], refused UUID[]) LANGUAGE plpgsql AS $$
DECLARE
  stored UUID[];
  unproven INT[];
  fitting INT[];
  claimed UUID[];
  missing UUID[] := '{}';
BEGIN
  duplicates := '{}';
  refused := '{}';
  -- In a fixed order of keys: two batches with the same ones wait for each other only one way. What another transaction is
  -- just inserting is waited for, so a duplicate is answered after the first is committed.
  WITH keys AS (
    INSERT INTO "InboundKey" ("organizationId", "sourceId", "digest", "inboundEventId", "at")
    SELECT g.organization, g.source, substring(digests FROM (g.place::int - 1) * 32 + 1 FOR 32), g.id,
      to_timestamp(g.instant / 1000::float8)
    FROM unnest(organizations, sources, ids, instants, verdicts) WITH ORDINALITY
      AS g(organization, source, id, instant, verdict, place)
    WHERE g.verdict = 'VERIFIED'
    ORDER BY 2, 3, g.place
    ON CONFLICT DO NOTHING
    RETURNING "inboundEventId"
  ) SELECT array_agg("inboundEventId") INTO stored FROM keys;
  SELECT array_agg(g.place) INTO unproven
  FROM unnest(verdicts) WITH ORDINALITY AS g(verdict, place) WHERE g.verdict <> 'VERIFIED';
  IF stored IS NOT NULL OR unproven IS NOT NULL THEN PERFORM hub_append('inbound'); END IF;

  -- Counted and filled under the stream's lock, or two replicas would fill the same last places. What finds no room leaves
  -- no key either: keys of what is not stored would fill the disk in its place.
  IF unproven IS NOT NULL THEN
    WITH kept AS (
      SELECT s.source, (SELECT count(*) FROM (
        SELECT FROM "InboundEvent" e WHERE e."sourceId" = s.source AND e."state" = 'QUARANTINED' LIMIT room) AS held) AS rows
      FROM (SELECT DISTINCT sources[place] AS source FROM unnest(unproven) AS u(place)) AS s
    ), turns AS (
      SELECT u.place, sources[u.place] AS source, row_number() OVER (PARTITION BY sources[u.place] ORDER BY u.place) AS turn
      FROM unnest(unproven) AS u(place)
    ) SELECT array_agg(t.place) INTO fitting FROM turns t JOIN kept USING (source) WHERE t.turn + kept.rows <= room;
    WITH keys AS (
      INSERT INTO "InboundKey" ("organizationId", "sourceId", "digest", "inboundEventId", "at")
      SELECT organizations[f.place], sources[f.place], substring(digests FROM (f.place - 1) * 32 + 1 FOR 32), ids[f.place],
        to_timestamp(instants[f.place] / 1000::float8)
      FROM unnest(fitting) AS f(place)
      ORDER BY 2, 3, f.place
      ON CONFLICT DO NOTHING
      RETURNING "inboundEventId"
    ) SELECT array_agg("inboundEventId") INTO claimed FROM keys;
    stored := stored || claimed;
    SELECT coalesce(array_agg(ids[u.place]), '{}') INTO refused
    FROM unnest(unproven) AS u(place) WHERE u.place <> ALL (coalesce(fitting, '{}'));
  END IF;

  IF stored IS NULL THEN
    missing := ids;
  ELSIF cardinality(stored) < cardinality(ids) THEN
    missing := ARRAY(SELECT g.id FROM unnest(ids) AS g(id) EXCEPT SELECT s.id FROM unnest(stored) AS s(id));
  END IF;
  IF cardinality(missing) > 0 THEN
    duplicates := ARRAY(SELECT m.id FROM unnest(missing) AS m(id) EXCEPT SELECT r.id FROM unnest(refused) AS r(id));
  END IF;

  IF stored IS NOT NULL THEN
    INSERT INTO "InboundEvent" ("id", "at", "organizationId", "sourceId", "connectionId", "provider", "vendorEventId", "vendorType",
      "occurredAt", "verdict", "verdictText", "method", "query", "head", "ipAddress", "correlationId", "state", "nextAttemptAt", "body", "bytes")
    SELECT g.id, to_timestamp(g.instant / 1000::float8), g.organization, g.source, g.connection, g.provider, g.vendor_id,
      g.vendor_type, g.occurred, g.verdict, g.words, g.method, g.query, g.head::jsonb, g.address,
      g.correlation, CASE WHEN g.verdict = 'VERIFIED' THEN 'RECEIVED' ELSE 'QUARANTINED' END::"InboundState",
      CASE WHEN g.verdict = 'VERIFIED' THEN to_timestamp(g.instant / 1000::float8) END,
      substring(bodies FROM g.start FOR g.size), g.size
    FROM unnest(ids, instants, organizations, sources, connections, providers, vendor_ids, vendor_types, occurred, verdicts,
      words, methods, queries, heads, addresses, correlations, starts, sizes)
      AS g(id, instant, organization, source, connection, provider, vendor_id, vendor_type, occurred, verdict,
        words, method, query, head, address, correlation, start, size)
    WHERE g.id <> ALL (missing);
    PERFORM pg_notify('hub_inbound', '');
  END IF;

  -- In a fixed order of rows, too.
  INSERT INTO "SourceRollup" AS kept
    ("organizationId", "sourceId", "minute", "received", "verified", "duplicates", "quarantined", "refused", "bytes", "lastAt")
  SELECT g.organization, g.source, to_timestamp(g.instant / 60000 * 60), count(*),
    count(*) FILTER (WHERE g.verdict = 'VERIFIED' AND g.id <> ALL (missing)),
    count(*) FILTER (WHERE g.id = ANY (hub_store_inbound.duplicates)),
    count(*) FILTER (WHERE g.verdict <> 'VERIFIED' AND g.id <> ALL (missing)),
    count(*) FILTER (WHERE g.id = ANY (hub_store_inbound.refused)),
    sum(g.size), to_timestamp(max(g.instant) / 1000::float8)
  FROM unnest(organizations, sources, ids, instants, verdicts, sizes) AS g(organization, source, id, instant, verdict, size)
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT ("organizationId", "sourceId", "minute") DO UPDATE SET
    "received" = kept."received" + excluded."received", "verified" = kept."verified" + excluded."verified",
    "duplicates" = kept."duplicates" + excluded."duplicates", "quarantined" = kept."quarantined" + excluded."quarantined",
    "refused" = kept."refused" + excluded."refused", "bytes" = kept."bytes" + excluded."bytes",
    "lastAt" = greatest(kept."lastAt", excluded."lastAt");
  RETURN NEXT;
END $$;
REVOKE EXECUTE ON FUNCTION hub_store_inbound(
  UUID[], BIGINT[], UUID[], UUID[], UUID[], TEXT[], TEXT[], TEXT[], TIMESTAMPTZ[], TEXT[], TEXT[], TEXT[], TEXT[], TEXT[], TEXT[],
  TEXT[], INT[], INT[], BYTEA, BYTEA, INT
) FROM PUBLIC;
