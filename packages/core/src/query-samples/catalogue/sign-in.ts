import type { SampleQuery } from '../sample-query.ts'

/** Who came in, from where, and who tried. */
export const signInSamples: readonly SampleQuery[] = [
  {
    name: 'Console sign-ins without MFA',
    description: 'Successful sign-ins to the console for which no second factor was given, newest first.',
    keywords: 'login multi-factor authentication two-factor 2fa',
    sql: `SELECT eventTime, userIdentity.arn AS who, userIdentity.type AS kind, sourceIPAddress
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventName = 'ConsoleLogin'
  AND element_at(responseElements, 'ConsoleLogin') = 'Success'
  AND element_at(additionalEventData, 'MFAUsed') = 'No'
ORDER BY eventTime DESC`,
  },
  {
    name: 'Failed console sign-ins by address',
    description: 'How often each address failed to sign in to the console, and as how many different users.',
    keywords: 'login brute force password guessing attack ip',
    sql: `SELECT sourceIPAddress, count(*) AS failures, approx_distinct(userIdentity.userName) AS users,
  min(eventTime) AS first, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventName = 'ConsoleLogin'
  AND errorMessage IS NOT NULL
GROUP BY sourceIPAddress
ORDER BY failures DESC
LIMIT 50`,
  },
  {
    name: 'Everything the root user did',
    description: 'Calls made with the root credentials of an account, apart from what services did in its name.',
    keywords: 'root account usage superuser',
    sql: `SELECT eventTime, recipientAccountId, eventSource, eventName, sourceIPAddress, userAgent, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND userIdentity.type = 'Root'
  AND userIdentity.invokedBy IS NULL
ORDER BY eventTime DESC`,
  },
  {
    name: 'Root sign-ins to the console',
    description: 'Attempts of the root user to sign in, with their outcome and whether a second factor was used.',
    keywords: 'login root account',
    sql: `SELECT eventTime, recipientAccountId, sourceIPAddress,
  element_at(responseElements, 'ConsoleLogin') AS outcome,
  element_at(additionalEventData, 'MFAUsed') AS mfa
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName = 'ConsoleLogin'
  AND userIdentity.type = 'Root'
ORDER BY eventTime DESC`,
  },
  {
    name: 'Users who sign in from many addresses',
    description: 'Principals whose console sign-ins came from more than three addresses in a week.',
    keywords: 'login ip shared password impossible travel',
    sql: `SELECT userIdentity.arn AS who, count(DISTINCT sourceIPAddress) AS addresses, array_agg(DISTINCT sourceIPAddress) AS seen
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventName = 'ConsoleLogin'
  AND errorMessage IS NULL
GROUP BY userIdentity.arn
HAVING count(DISTINCT sourceIPAddress) > 3
ORDER BY addresses DESC`,
  },
  {
    name: 'Sign-ins at unusual hours',
    description: 'Console sign-ins at night or at the weekend, in UTC.',
    keywords: 'login off-hours weekend night working hours',
    sql: `SELECT eventTime, userIdentity.arn AS who, sourceIPAddress, day_of_week(eventTime) AS weekday
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventName = 'ConsoleLogin'
  AND (hour(eventTime) < 6 OR hour(eventTime) >= 22 OR day_of_week(eventTime) IN (6, 7))
ORDER BY eventTime DESC`,
  },
  {
    name: 'Sessions from the console that change things',
    description: 'Changes made by hand in the console rather than by code, counted by user and call.',
    keywords: 'manual changes clickops drift infrastructure as code',
    sql: `SELECT userIdentity.arn AS who, eventSource, eventName, count(*) AS n
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND readOnly = false
  AND sessionCredentialFromConsole = 'true'
GROUP BY userIdentity.arn, eventSource, eventName
ORDER BY n DESC
LIMIT 100`,
  },
  {
    name: 'Federated and identity-provider sign-ins',
    description: 'Roles taken by way of a SAML or web identity provider, by provider and role.',
    keywords: 'sso saml oidc federation login external identity',
    sql: `SELECT eventName, element_at(requestParameters, 'roleArn') AS role, userIdentity.identityProvider AS provider,
  count(*) AS n, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventName IN ('AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')
GROUP BY eventName, element_at(requestParameters, 'roleArn'), userIdentity.identityProvider
ORDER BY n DESC`,
  },
]
