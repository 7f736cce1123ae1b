-- Figures by provider are rows of their own: added up from those of every connection, a quarter of forty connections was
-- 3,600 histograms to be written out and read. What is left of deleted connections belongs to no provider any more.
INSERT INTO "CallRollup"
  ("organizationId", "grain", "dimension", "at", "connectionId", "name", "calls", "errors", "retries", "cached", "limited",
   "latencyTotalMs", "requestBytes", "responseBytes", "costMicros", "buckets")
SELECT r."organizationId", r."grain", 'PROVIDER', r."at", '00000000-0000-0000-0000-000000000000', coalesce(c."provider", 'deleted'),
  sum(r."calls"), sum(r."errors"), sum(r."retries"), sum(r."cached"), sum(r."limited"),
  sum(r."latencyTotalMs"), sum(r."requestBytes"), sum(r."responseBytes"), sum(r."costMicros"), hub_sum_buckets(r."buckets")
FROM "CallRollup" r LEFT JOIN "Connection" c ON c."organizationId" = r."organizationId" AND c."id" = r."connectionId"
WHERE r."dimension" = 'CONNECTION'
GROUP BY 1, 2, 4, 6;
