import type { SampleQuery } from '../sample-query.ts'

/** Machines, networks and functions. */
export const computeSamples: readonly SampleQuery[] = [
  {
    name: 'Security groups opened to the world',
    description: 'Rules that let any address in, with their ports.',
    keywords: 'public exposed internet 0.0.0.0/0 firewall ingress ssh rdp',
    sql: `SELECT eventTime, userIdentity.arn AS who, element_at(requestParameters, 'groupId') AS security_group,
  element_at(requestParameters, 'ipPermissions') AS rules
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName = 'AuthorizeSecurityGroupIngress'
  AND errorCode IS NULL
  AND (element_at(requestParameters, 'ipPermissions') LIKE '%0.0.0.0/0%'
    OR element_at(requestParameters, 'ipPermissions') LIKE '%::/0%')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Changes of security groups and network ACLs',
    description: 'Every change of who may talk to whom inside and into the network.',
    keywords: 'firewall rules network change vpc',
    sql: `SELECT eventTime, eventName, userIdentity.arn AS who, sourceIPAddress,
  coalesce(element_at(requestParameters, 'groupId'), element_at(requestParameters, 'networkAclId')) AS changed, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventSource = 'ec2.amazonaws.com'
  AND readOnly = false
  AND (eventName LIKE '%SecurityGroup%' OR eventName LIKE '%NetworkAcl%')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Instances launched, and by whom',
    description: 'Calls that started new machines, with their type and image.',
    keywords: 'ec2 runinstances cryptomining cost',
    sql: `SELECT eventTime, userIdentity.arn AS who, awsRegion, element_at(requestParameters, 'instanceType') AS type,
  json_extract_scalar(element_at(requestParameters, 'instancesSet'), '$.items[0].imageId') AS image, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventName = 'RunInstances'
ORDER BY eventTime DESC`,
  },
  {
    name: 'Instances launched in unusual regions',
    description: 'Regions in which fewer than five machines were started: there the unwanted ones stand out.',
    keywords: 'ec2 runinstances cryptomining rare region',
    sql: `SELECT awsRegion, count(*) AS launches, array_agg(DISTINCT userIdentity.arn) AS who, max(eventTime) AS last
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName = 'RunInstances'
GROUP BY awsRegion
HAVING count(*) < 5
ORDER BY launches`,
  },
  {
    name: 'Instances stopped and terminated',
    description: 'Machines that were stopped or removed, one line for each of them.',
    keywords: 'ec2 deleted destroyed outage',
    sql: `SELECT eventTime, eventName, userIdentity.arn AS who, json_extract_scalar(item, '$.instanceId') AS instance
FROM $EDS_ID
CROSS JOIN UNNEST(CAST(json_extract(element_at(requestParameters, 'instancesSet'), '$.items') AS array(json))) AS t(item)
WHERE eventTime > date_add('day', -30, now())
  AND eventName IN ('StopInstances', 'TerminateInstances')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Snapshots and images shared',
    description: 'Disks, database snapshots and machine images that were given to other accounts or to everyone.',
    keywords: 'exfiltration public ebs rds ami share',
    sql: `SELECT eventTime, eventName, userIdentity.arn AS who,
  coalesce(element_at(requestParameters, 'snapshotId'), element_at(requestParameters, 'imageId'),
    element_at(requestParameters, 'dBSnapshotIdentifier')) AS shared,
  coalesce(element_at(requestParameters, 'createVolumePermission'), element_at(requestParameters, 'launchPermission'),
    element_at(requestParameters, 'valuesToAdd')) AS shared_with
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventName IN ('ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyDBSnapshotAttribute')
ORDER BY eventTime DESC`,
  },
  {
    name: 'User data of instances read',
    description: 'Look-ups of the start scripts of machines, which often hold secrets.',
    keywords: 'ec2 describe instance attribute userdata credentials discovery',
    sql: `SELECT eventTime, userIdentity.arn AS who, element_at(requestParameters, 'instanceId') AS instance, sourceIPAddress, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventName = 'DescribeInstanceAttribute'
  AND element_at(requestParameters, 'attribute') = 'userData'
ORDER BY eventTime DESC`,
  },
  {
    name: 'Gateways, routes and peerings changed',
    description: 'Changes of how networks are joined to each other and to the internet.',
    keywords: 'vpc internet gateway route table peering network change',
    sql: `SELECT eventTime, eventName, userIdentity.arn AS who, awsRegion, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND readOnly = false
  AND regexp_like(eventName, '(InternetGateway|Route|VpcPeering|TransitGateway|VpnConnection|NatGateway)')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Credentials of instances used elsewhere',
    description: 'Calls by the role of a machine from addresses that few calls of that role come from.',
    keywords: 'stolen instance profile metadata imds ssrf exfiltrated credentials',
    sql: `WITH calls AS (
  SELECT userIdentity.arn AS who, sourceIPAddress, count(*) AS n
  FROM $EDS_ID
  WHERE eventTime > date_add('day', -7, now())
    AND userIdentity.arn LIKE '%:assumed-role/%/i-%'
    AND sourceIPAddress NOT LIKE '%.amazonaws.com'
  GROUP BY userIdentity.arn, sourceIPAddress
)
SELECT who, sourceIPAddress, n, sum(n) OVER (PARTITION BY who) AS of_all
FROM calls
ORDER BY who, n`,
  },
  {
    name: 'Lambda functions changed',
    description: 'Functions that were made, or whose code, settings or permissions were changed.',
    keywords: 'serverless deploy code update function',
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'functionName') AS function_name, userIdentity.arn AS who, errorCode
FROM $EDS_ID
WHERE eventTime > date_add('day', -30, now())
  AND eventSource = 'lambda.amazonaws.com'
  AND readOnly = false
  AND regexp_like(eventName, '^(Create|Update|Delete|Add|Remove|Publish)')
ORDER BY eventTime DESC`,
  },
  {
    name: 'Lambda functions invoked most',
    description: 'Data events of functions: how often each ran and how often the call failed.',
    keywords: 'serverless invocations data events usage',
    sql: `SELECT element_at(resources, 1).arn AS function_arn, count(*) AS invocations, count(errorCode) AS failures
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
  AND eventCategory = 'Data'
  AND eventSource = 'lambda.amazonaws.com'
GROUP BY element_at(resources, 1).arn
ORDER BY invocations DESC
LIMIT 50`,
  },
  {
    name: 'Databases that anyone can reach',
    description: 'Database instances that were made or changed so that they have a public address.',
    keywords: 'rds publicly accessible exposed internet',
    sql: `SELECT eventTime, eventName, element_at(requestParameters, 'dBInstanceIdentifier') AS database_name, userIdentity.arn AS who
FROM $EDS_ID
WHERE eventTime > date_add('day', -90, now())
  AND eventSource = 'rds.amazonaws.com'
  AND eventName IN ('CreateDBInstance', 'ModifyDBInstance')
  AND element_at(requestParameters, 'publiclyAccessible') = 'true'
ORDER BY eventTime DESC`,
  },
]
