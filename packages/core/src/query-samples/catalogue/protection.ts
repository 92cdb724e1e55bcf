import type { SampleQuery } from '../sample-query.ts'

/** Whether the watching itself is left alone, and what was destroyed. */
export const protectionSamples: readonly SampleQuery[] = [
  {
    name: 'Logging switched off or changed',
    description: 'Changes of trails and event data stores: stopped, deleted, or told to record less.',
    keywords: 'cloudtrail disable stoplogging deletetrail tampering defense evasion audit',
    sql: `SELECT eventTime, eventName, userIdentity.arn AS who, sourceIPAddress, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventSource = 'cloudtrail.amazonaws.com'
  AND readOnly = false
  AND regexp_like(eventName, '^(Stop|Delete|Update|PutEventSelectors|PutInsightSelectors)')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Security services switched off',
    description: 'Detectors, recorders and scanners that were disabled or deleted.',
    keywords: 'guardduty config securityhub inspector macie disable defense evasion',
    sql: `SELECT eventTime, eventSource, eventName, userIdentity.arn AS who, awsRegion, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName IN ('DeleteDetector', 'UpdateDetector', 'StopConfigurationRecorder', 'DeleteConfigurationRecorder',
    'DeleteDeliveryChannel', 'DisableSecurityHub', 'DisableMacie', 'DeleteFlowLogs', 'DeleteLogGroup',
    'DeleteLogStream', 'DeleteAlarms', 'DisableAlarmActions', 'DeleteRule', 'DisableRule')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Destructive calls',
    description: 'Who deleted, terminated or purged how much, by service.',
    keywords: 'remove destroy data loss sabotage cleanup',
    sql: `SELECT userIdentity.arn AS who, eventSource, count(*) AS n, approx_distinct(eventName) AS calls, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND readOnly = false
  AND errorCode IS NULL
  AND regexp_like(eventName, '^(Delete|Terminate|Remove|Purge|Destroy|Deregister)')
GROUP BY userIdentity.arn, eventSource
ORDER BY n DESC
LIMIT 50`,
  },
  {
    name: 'Organization and account settings changed',
    description: 'Accounts, policies and services of the organization that were added, changed or taken out.',
    keywords: 'organizations scp service control policy member account',
    sql: `SELECT eventTime, eventName, userIdentity.arn AS who, requestParameters, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventSource IN ('organizations.amazonaws.com', 'account.amazonaws.com')
  AND readOnly = false
ORDER BY eventTime DESC`,
  },
  {
    name: 'Attempts to read what protects the account',
    description: 'Callers who look at trails, detectors and password rules: what an intruder does first.',
    keywords: 'discovery reconnaissance describetrails getaccountpasswordpolicy enumeration',
    sql: `SELECT userIdentity.arn AS who, userIdentity.accessKeyId AS access_key, sourceIPAddress,
  approx_distinct(eventName) AS different, array_agg(DISTINCT eventName) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventName IN ('DescribeTrails', 'GetTrailStatus', 'ListDetectors', 'GetAccountPasswordPolicy',
    'GetAccountSummary', 'ListUsers', 'ListAccessKeys', 'GetAccountAuthorizationDetails', 'GetCallerIdentity')
GROUP BY userIdentity.arn, userIdentity.accessKeyId, sourceIPAddress
ORDER BY different DESC
LIMIT 50`,
  },
  {
    name: 'Certificates and domains changed',
    description: 'Changes of DNS records, domains and certificates.',
    keywords: 'route53 dns acm hijack subdomain takeover',
    sql: `SELECT eventTime, eventSource, eventName, userIdentity.arn AS who, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventSource IN ('route53.amazonaws.com', 'route53domains.amazonaws.com', 'acm.amazonaws.com')
  AND readOnly = false
ORDER BY eventTime DESC`,
  },
]
