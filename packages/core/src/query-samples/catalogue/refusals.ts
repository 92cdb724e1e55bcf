import type { SampleQuery } from '../sample-query.ts'

/** What went wrong, for whom. */
export const refusalSamples: readonly SampleQuery[] = [
  {
    name: 'Denied calls by principal',
    description: 'Who was refused for lack of permission most often, and for how many different calls.',
    keywords: 'access denied unauthorized forbidden permission errors reconnaissance',
    sql: `SELECT userIdentity.arn AS who, count(*) AS denied, approx_distinct(eventName) AS calls, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND (errorCode IN ('AccessDenied', 'AccessDeniedException') OR errorCode LIKE '%UnauthorizedOperation')
GROUP BY userIdentity.arn
ORDER BY denied DESC
LIMIT 50`,
  },
  {
    name: 'Denied calls by API',
    description: 'Which calls are refused for lack of permission, with one of the messages of each.',
    keywords: 'access denied unauthorized forbidden troubleshooting permission',
    sql: `SELECT eventSource, eventName, count(*) AS denied, arbitrary(errorMessage) AS message
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND errorCode IN ('AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation')
GROUP BY eventSource, eventName
ORDER BY denied DESC
LIMIT 50`,
  },
  {
    name: 'Most frequent errors',
    description: 'Error codes by service, and how many callers met each of them.',
    keywords: 'failures top error codes',
    sql: `SELECT eventSource, errorCode, count(*) AS n, approx_distinct(userIdentity.arn) AS callers
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND errorCode IS NOT NULL
GROUP BY eventSource, errorCode
ORDER BY n DESC
LIMIT 50`,
  },
  {
    name: 'Throttled calls',
    description: 'Calls that came too fast for their service, by API and caller.',
    keywords: 'rate exceeded throttling limit quota',
    sql: `SELECT eventSource, eventName, userIdentity.arn AS who, count(*) AS throttled
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND (errorCode LIKE '%Throttl%' OR errorCode IN ('TooManyRequestsException', 'Client.RequestLimitExceeded', 'SlowDown'))
GROUP BY eventSource, eventName, userIdentity.arn
ORDER BY throttled DESC
LIMIT 50`,
  },
  {
    name: 'Share of calls that fail, by service',
    description: 'Calls, failures and the share of failures of each service, worst first.',
    keywords: 'error rate percentage reliability',
    sql: `SELECT eventSource, count(*) AS calls, count(errorCode) AS failures,
  round(100.0 * count(errorCode) / count(*), 1) AS percent
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY eventSource
HAVING count(*) >= 10
ORDER BY percent DESC`,
  },
  {
    name: 'Errors hour by hour',
    description: 'How the number of failed calls went over the last days.',
    keywords: 'trend timeline error count',
    sql: `SELECT date_trunc('hour', eventTime) AS hour, count(*) AS calls, count(errorCode) AS failures
FROM $EDS_ID
WHERE eventTime > date_add('day', -3, now())
GROUP BY date_trunc('hour', eventTime)
ORDER BY hour`,
  },
  {
    name: 'Principals denied in many services',
    description: 'Callers who were refused by three services or more: often someone trying what a key can do.',
    keywords: 'reconnaissance enumeration discovery scanning access denied',
    sql: `SELECT userIdentity.arn AS who, userIdentity.accessKeyId AS access_key, count(DISTINCT eventSource) AS services,
  count(*) AS denied, array_agg(DISTINCT eventSource) AS seen
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND errorCode IN ('AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation')
GROUP BY userIdentity.arn, userIdentity.accessKeyId
HAVING count(DISTINCT eventSource) >= 3
ORDER BY services DESC, denied DESC`,
  },
]
