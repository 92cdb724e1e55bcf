import type { SampleQuery } from '../sample-query.ts'

/** Who is active, where, with what, and since when. */
export const activitySamples: readonly SampleQuery[] = [
  {
    name: 'Most active principals',
    description: 'Who makes the most calls, how many of them change something, and in how many services.',
    keywords: 'top users activity usage',
    sql: `SELECT userIdentity.arn AS who, count(*) AS calls, count_if(readOnly = false) AS changes,
  approx_distinct(eventSource) AS services
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY userIdentity.arn
ORDER BY calls DESC
LIMIT 50`,
  },
  {
    name: 'Calls by service',
    description: 'How much each service is used, and how much of it only reads.',
    keywords: 'top services usage statistics',
    sql: `SELECT eventSource, count(*) AS calls, count_if(readOnly) AS reads, count(errorCode) AS failures
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY eventSource
ORDER BY calls DESC`,
  },
  {
    name: 'Calls by region',
    description: 'Which regions are in use, and by how many principals.',
    keywords: 'regions activity unused location',
    sql: `SELECT awsRegion, count(*) AS calls, count_if(readOnly = false) AS changes, approx_distinct(userIdentity.arn) AS principals
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
GROUP BY awsRegion
ORDER BY calls DESC`,
  },
  {
    name: 'Calls by account',
    description: 'Activity of each account, with its first and last event.',
    keywords: 'accounts members organization usage',
    sql: `SELECT recipientAccountId, count(*) AS calls, approx_distinct(userIdentity.arn) AS principals,
  min(eventTime) AS first, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
GROUP BY recipientAccountId
ORDER BY calls DESC`,
  },
  {
    name: 'Changes day by day',
    description: 'How many changes were made on each day, and by how many principals.',
    keywords: 'write events trend timeline daily',
    sql: `SELECT date_trunc('day', eventTime) AS day, count(*) AS changes, approx_distinct(userIdentity.arn) AS principals
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND readOnly = false
GROUP BY date_trunc('day', eventTime)
ORDER BY day`,
  },
  {
    name: 'Busiest hours of the week',
    description: 'Calls by weekday and hour, in UTC.',
    keywords: 'heatmap schedule pattern usage',
    sql: `SELECT day_of_week(eventTime) AS weekday, hour(eventTime) AS hour, count(*) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
GROUP BY day_of_week(eventTime), hour(eventTime)
ORDER BY weekday, hour`,
  },
  {
    name: 'What an address did',
    description: 'Calls from one address, by principal, service and call: put the address in the place of the example.',
    keywords: 'ip investigation incident source suspicious',
    sql: `SELECT userIdentity.arn AS who, eventSource, eventName, errorCode, count(*) AS n, min(eventTime) AS first, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND sourceIPAddress = '192.0.2.1'
GROUP BY userIdentity.arn, eventSource, eventName, errorCode
ORDER BY n DESC`,
  },
  {
    name: 'Addresses that many principals share',
    description: 'Addresses from which calls of more than three principals came.',
    keywords: 'ip source shared proxy suspicious',
    sql: `SELECT sourceIPAddress, count(DISTINCT userIdentity.arn) AS principals, count(*) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND sourceIPAddress NOT LIKE '%.amazonaws.com'
GROUP BY sourceIPAddress
HAVING count(DISTINCT userIdentity.arn) > 3
ORDER BY principals DESC`,
  },
  {
    name: 'Programs and tools in use',
    description: 'User agents by how often they call, without their version numbers.',
    keywords: 'user agent sdk cli terraform client software',
    sql: `SELECT regexp_extract(userAgent, '^[^/ ]+') AS program, count(*) AS calls, approx_distinct(userIdentity.arn) AS principals
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY regexp_extract(userAgent, '^[^/ ]+')
ORDER BY calls DESC
LIMIT 50`,
  },
  {
    name: 'Calls seen for the first time',
    description: 'Calls that were made this week and not in the weeks before.',
    keywords: 'new never seen anomaly first time api',
    sql: `SELECT eventSource, eventName, min(eventTime) AS first, count(*) AS n, arbitrary(userIdentity.arn) AS one_caller
FROM $EDS_ID
WHERE eventTime > date_add('day', -60, now())
GROUP BY eventSource, eventName
HAVING min(eventTime) > date_add('day', -7, now())
ORDER BY first DESC`,
  },
  {
    name: 'Principals seen for the first time',
    description: 'Who acted this week and never in the two months before.',
    keywords: 'new user anomaly first time identity',
    sql: `SELECT userIdentity.arn AS who, userIdentity.type AS kind, min(eventTime) AS first, count(*) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -60, now())
  AND userIdentity.arn IS NOT NULL
GROUP BY userIdentity.arn, userIdentity.type
HAVING min(eventTime) > date_add('day', -7, now())
ORDER BY first DESC`,
  },
  {
    name: 'Outdated TLS connections',
    description: 'Who still calls with TLS 1.0 or 1.1, and with what program.',
    keywords: 'tls ssl version encryption in transit compliance',
    sql: `SELECT tlsDetails.tlsVersion AS version, userIdentity.arn AS who, eventSource, arbitrary(userAgent) AS program, count(*) AS n
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND tlsDetails.tlsVersion IN ('TLSv1', 'TLSv1.1')
GROUP BY tlsDetails.tlsVersion, userIdentity.arn, eventSource
ORDER BY n DESC`,
  },
  {
    name: 'History of a resource',
    description: 'All that was done to one resource, by its ARN: put yours in the place of the example.',
    keywords: 'investigation who changed resource timeline arn',
    sql: `SELECT eventTime, eventName, userIdentity.arn AS who, sourceIPAddress, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND any_match(resources, one -> one.arn = 'arn:aws:s3:::my-bucket')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Resources touched most',
    description: 'ARNs that occur in the most events, with their type.',
    keywords: 'top resources usage arn',
    sql: `SELECT one.type AS type, one.arn AS arn, count(*) AS n
FROM $EDS_ID
CROSS JOIN UNNEST(resources) AS one
WHERE eventTime > date_add('day', -7, now())
GROUP BY one.type, one.arn
ORDER BY n DESC
LIMIT 50`,
  },
  {
    name: 'What services do in your name',
    description: 'Calls that a service made for a caller, by service and call.',
    keywords: 'invoked by service-linked automation forward access sessions',
    sql: `SELECT userIdentity.invokedBy AS service, eventSource, eventName, count(*) AS n
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND userIdentity.invokedBy IS NOT NULL
GROUP BY userIdentity.invokedBy, eventSource, eventName
ORDER BY n DESC
LIMIT 100`,
  },
  {
    name: 'Tags set and removed',
    description: 'Changes of tags across services, newest first.',
    keywords: 'tagging governance cost allocation',
    sql: `SELECT eventTime, eventSource, eventName, userIdentity.arn AS who, requestParameters
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND readOnly = false
  AND regexp_like(eventName, '(?i)tag')
ORDER BY eventTime DESC
LIMIT 200`,
  },
  {
    name: 'Calls through VPC endpoints that were refused',
    description: 'Network activity events: what the policy of an endpoint kept out.',
    keywords: 'network activity vpce endpoint denied data perimeter',
    sql: `SELECT eventTime, vpcEndpointId, eventSource, eventName, userIdentity.accountId AS caller_account, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventCategory = 'NetworkActivity'
  AND errorCode = 'VpceAccessDenied'
ORDER BY eventTime DESC`,
  },
]
