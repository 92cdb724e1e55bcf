import type { SampleQuery } from '../sample-query.ts'

/** Event data stores of events from outside, and of Insights. */
export const outsideSamples: readonly SampleQuery[] = [
  {
    name: 'Activity of outside sources',
    description: 'Events from outside AWS by source and name, with their last time.',
    keywords: 'integration channel custom application partner saas',
    kind: 'activity',
    sql: `SELECT eventData.eventSource AS source, eventData.eventName AS name, count(*) AS n, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY eventData.eventSource, eventData.eventName
ORDER BY n DESC`,
  },
  {
    name: 'Most active people in outside sources',
    description: 'Who did the most in the applications that send their events, and from where.',
    keywords: 'integration user principal application saas top',
    kind: 'activity',
    sql: `SELECT eventData.eventSource AS source, eventData.userIdentity.principalId AS who, count(*) AS n,
  array_agg(DISTINCT eventData.sourceIPAddress) AS addresses
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY eventData.eventSource, eventData.userIdentity.principalId
ORDER BY n DESC
LIMIT 50`,
  },
  {
    name: 'Failures in outside sources',
    description: 'Errors that applications reported, by source and code.',
    keywords: 'integration application errors failed',
    kind: 'activity',
    sql: `SELECT eventData.eventSource AS source, eventData.errorCode AS code, count(*) AS n, arbitrary(eventData.eventName) AS example
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventData.errorCode IS NOT NULL
GROUP BY eventData.eventSource, eventData.errorCode
ORDER BY n DESC`,
  },
  {
    name: 'Delay of outside events',
    description: 'How long events take from their time to their arrival, by channel.',
    keywords: 'integration latency lag ingestion channel',
    kind: 'activity',
    sql: `SELECT metadata.channelArn AS channel, count(*) AS n,
  approx_percentile(date_diff('second', eventTime, CAST(from_iso8601_timestamp(metadata.ingestionTime) AS timestamp)), 0.5) AS median_seconds,
  max(date_diff('second', eventTime, CAST(from_iso8601_timestamp(metadata.ingestionTime) AS timestamp))) AS worst_seconds
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY metadata.channelArn`,
  },
  {
    name: 'Repositories deleted or made public',
    description: 'GitHub audit events about repositories that were removed or opened to everyone.',
    keywords: 'github git source code repo visibility leak',
    kind: 'activity',
    sql: `SELECT eventTime, eventData.eventName AS action, eventData.userIdentity.principalId AS who,
  element_at(eventData.additionalEventData, 'repo') AS repository
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventData.eventSource LIKE '%github%'
  AND eventData.eventName IN ('repo.destroy', 'repo.access', 'repo.transfer')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Insights by type and API',
    description: 'Unusual activity that was found: which calls, of what type, how often.',
    keywords: 'anomaly unusual call rate error rate detection',
    kind: 'insights',
    sql: `SELECT insightType, insightEventSource, insightEventName, insightErrorCode, count(*) AS n, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND insightState = 'Start'
GROUP BY insightType, insightEventSource, insightEventName, insightErrorCode
ORDER BY n DESC`,
  },
  {
    name: 'Insights that stood out most',
    description: 'Unusual activity by how far it was above its usual average.',
    keywords: 'anomaly spike baseline unusual rate',
    kind: 'insights',
    sql: `SELECT eventTime, insightType, insightEventSource, insightEventName,
  insightContext.baselineAverage AS usual, insightContext.insightAverage AS seen,
  insightContext.insightAverage / nullif(insightContext.baselineAverage, 0) AS times
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
ORDER BY times DESC NULLS LAST
LIMIT 50`,
  },
]
