import type { SampleQuery } from '../sample-query.ts'

/** Users, roles, keys and policies, and how they changed. */
export const permissionSamples: readonly SampleQuery[] = [
  {
    name: 'Users and access keys created',
    description: 'New IAM users, passwords and access keys, with who made them for whom.',
    keywords: 'persistence backdoor credentials new user',
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'userName') AS for_user,
  userIdentity.arn AS made_by, sourceIPAddress
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventName IN ('CreateUser', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile')
  AND errorCode IS NULL
ORDER BY eventTime DESC`,
  },
  {
    name: 'Administrator policies attached',
    description: 'Users, groups and roles that were given a policy with administrator rights.',
    keywords: 'privilege escalation admin AdministratorAccess iam permissions',
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'policyArn') AS policy,
  coalesce(element_at(requestParameters, 'userName'), element_at(requestParameters, 'roleName'),
    element_at(requestParameters, 'groupName')) AS given_to,
  userIdentity.arn AS given_by
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName IN ('AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy')
  AND regexp_like(element_at(requestParameters, 'policyArn'), '(Administrator|FullAccess|PowerUser)')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Changes of IAM policies',
    description: 'Every change of what someone is allowed to do: inline and managed policies, versions and boundaries.',
    keywords: 'permissions policy change rights',
    sql: `SELECT eventTime, eventName, userIdentity.arn AS who,
  coalesce(element_at(requestParameters, 'policyArn'), element_at(requestParameters, 'policyName')) AS policy, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventSource = 'iam.amazonaws.com'
  AND readOnly = false
  AND eventName LIKE '%Policy%'
ORDER BY eventTime DESC`,
  },
  {
    name: 'Trust of roles changed',
    description: 'Roles that were made, or whose trust policy was changed, with the policy as it was sent.',
    keywords: 'assume role trust policy cross-account backdoor',
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'roleName') AS role, userIdentity.arn AS who,
  coalesce(element_at(requestParameters, 'policyDocument'),
    element_at(requestParameters, 'assumeRolePolicyDocument')) AS trust
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName IN ('CreateRole', 'UpdateAssumeRolePolicy')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Most used roles',
    description: 'Which roles were taken on most often, and by how many different callers.',
    keywords: 'assume role sts usage top',
    sql: `SELECT element_at(requestParameters, 'roleArn') AS role, count(*) AS n,
  approx_distinct(coalesce(userIdentity.arn, userIdentity.invokedBy)) AS callers
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventName = 'AssumeRole'
  AND errorCode IS NULL
GROUP BY element_at(requestParameters, 'roleArn')
ORDER BY n DESC
LIMIT 50`,
  },
  {
    name: 'Roles taken from other accounts',
    description: 'Calls of AssumeRole whose caller belongs to another account than the role.',
    keywords: 'cross-account access third party vendor external',
    sql: `SELECT userIdentity.accountId AS from_account, recipientAccountId AS into_account,
  element_at(requestParameters, 'roleArn') AS role, count(*) AS n, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventName = 'AssumeRole'
  AND userIdentity.accountId IS NOT NULL
  AND userIdentity.accountId <> recipientAccountId
GROUP BY userIdentity.accountId, recipientAccountId, element_at(requestParameters, 'roleArn')
ORDER BY n DESC`,
  },
  {
    name: 'What an access key did',
    description: 'Calls signed by one access key, by service and call: put the key in the place of the question mark.',
    keywords: 'leaked credentials compromised key incident investigation AKIA',
    sql: `SELECT eventSource, eventName, errorCode, count(*) AS n, min(eventTime) AS first, max(eventTime) AS last,
  array_agg(DISTINCT sourceIPAddress) AS addresses
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND userIdentity.accessKeyId = 'AKIAIOSFODNN7EXAMPLE'
GROUP BY eventSource, eventName, errorCode
ORDER BY n DESC`,
  },
  {
    name: 'Long-lived access keys in use',
    description:
      'Access keys of IAM users that signed calls, with when each was last seen and from how many addresses.',
    keywords: 'iam user keys credentials rotation unused',
    sql: `SELECT userIdentity.userName AS owner, userIdentity.accessKeyId AS access_key, count(*) AS calls,
  count(DISTINCT sourceIPAddress) AS addresses, max(eventTime) AS last_used
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND userIdentity.accessKeyId LIKE 'AKIA%'
GROUP BY userIdentity.userName, userIdentity.accessKeyId
ORDER BY last_used DESC`,
  },
  {
    name: 'MFA devices removed',
    description: 'Second factors that were switched off or deleted, and by whom.',
    keywords: 'deactivate multi-factor 2fa security weakened',
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'userName') AS for_user, userIdentity.arn AS who, sourceIPAddress
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName IN ('DeactivateMFADevice', 'DeleteVirtualMFADevice')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Temporary credentials used without a second factor',
    description: 'Changes made in sessions that were opened without MFA, counted by principal.',
    keywords: 'session mfa authenticated writes',
    sql: `SELECT userIdentity.arn AS who, userIdentity.type AS kind, count(*) AS changes
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND readOnly = false
  AND userIdentity.sessionContext.attributes.mfaAuthenticated = 'false'
GROUP BY userIdentity.arn, userIdentity.type
ORDER BY changes DESC
LIMIT 50`,
  },
  {
    name: 'Who acted behind a role',
    description: 'Names of the sessions in which each role was used: with single sign-on, the people behind it.',
    keywords: 'role session name person attribution sso',
    sql: `SELECT userIdentity.sessionContext.sessionIssuer.userName AS role,
  element_at(split(userIdentity.principalId, ':'), 2) AS session, count(*) AS calls, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND userIdentity.type = 'AssumedRole'
GROUP BY userIdentity.sessionContext.sessionIssuer.userName, element_at(split(userIdentity.principalId, ':'), 2)
ORDER BY calls DESC
LIMIT 100`,
  },
]
