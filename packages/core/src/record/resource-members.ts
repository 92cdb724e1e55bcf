/**
 * Which members of requests and answers name a resource, and of which type. CloudTrail derives LookupEvents' resources
 * from such members; it does not publish the list. `parent.member` wins over `member`.
 *
 * @quirk partial on purpose: services not listed show only the resources their records carry themselves
 */
const membersByService: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cloudtrail: {
    name: 'AWS::CloudTrail::Trail',
    trailName: 'AWS::CloudTrail::Trail',
    trailARN: 'AWS::CloudTrail::Trail',
    trailNameList: 'AWS::CloudTrail::Trail',
    s3BucketName: 'AWS::S3::Bucket',
    snsTopicName: 'AWS::SNS::Topic',
    snsTopicARN: 'AWS::SNS::Topic',
    kmsKeyId: 'AWS::KMS::Key',
    cloudWatchLogsLogGroupArn: 'AWS::Logs::LogGroup',
    cloudWatchLogsRoleArn: 'AWS::IAM::Role',
    eventDataStore: 'AWS::CloudTrail::EventDataStore',
    eventDataStoreArn: 'AWS::CloudTrail::EventDataStore',
    channel: 'AWS::CloudTrail::Channel',
    channelArn: 'AWS::CloudTrail::Channel',
  },
  iam: {
    userName: 'AWS::IAM::User',
    userId: 'AWS::IAM::User',
    'user.arn': 'AWS::IAM::User',
    roleName: 'AWS::IAM::Role',
    roleId: 'AWS::IAM::Role',
    'role.arn': 'AWS::IAM::Role',
    groupName: 'AWS::IAM::Group',
    groupId: 'AWS::IAM::Group',
    'group.arn': 'AWS::IAM::Group',
    policyName: 'AWS::IAM::Policy',
    policyArn: 'AWS::IAM::Policy',
    policyId: 'AWS::IAM::Policy',
    'policy.arn': 'AWS::IAM::Policy',
    accessKeyId: 'AWS::IAM::AccessKey',
    instanceProfileName: 'AWS::IAM::InstanceProfile',
    instanceProfileId: 'AWS::IAM::InstanceProfile',
    'instanceProfile.arn': 'AWS::IAM::InstanceProfile',
    serialNumber: 'AWS::IAM::MfaDevice',
  },
  sts: {
    roleArn: 'AWS::IAM::Role',
    accessKeyId: 'AWS::IAM::AccessKey',
    roleSessionName: 'AWS::STS::AssumedRole',
    assumedRoleId: 'AWS::STS::AssumedRole',
    'assumedRoleUser.arn': 'AWS::STS::AssumedRole',
  },
  s3: { bucketName: 'AWS::S3::Bucket' },
  kms: { keyId: 'AWS::KMS::Key', aliasName: 'AWS::KMS::Alias' },
  ec2: {
    instanceId: 'AWS::EC2::Instance',
    volumeId: 'AWS::EC2::Volume',
    snapshotId: 'AWS::EC2::Snapshot',
    imageId: 'AWS::EC2::Ami',
    vpcId: 'AWS::EC2::VPC',
    subnetId: 'AWS::EC2::Subnet',
    groupId: 'AWS::EC2::SecurityGroup',
    groupName: 'AWS::EC2::SecurityGroup',
    networkInterfaceId: 'AWS::EC2::NetworkInterface',
    routeTableId: 'AWS::EC2::RouteTable',
    internetGatewayId: 'AWS::EC2::InternetGateway',
    natGatewayId: 'AWS::EC2::NatGateway',
    allocationId: 'AWS::EC2::EIP',
    keyName: 'AWS::EC2::KeyPair',
  },
  lambda: { functionName: 'AWS::Lambda::Function', functionArn: 'AWS::Lambda::Function' },
  dynamodb: { tableName: 'AWS::DynamoDB::Table', tableArn: 'AWS::DynamoDB::Table' },
  rds: {
    dBInstanceIdentifier: 'AWS::RDS::DBInstance',
    dBClusterIdentifier: 'AWS::RDS::DBCluster',
    dBSnapshotIdentifier: 'AWS::RDS::DBSnapshot',
  },
  sns: { topicArn: 'AWS::SNS::Topic', subscriptionArn: 'AWS::SNS::Subscription' },
  sqs: { queueUrl: 'AWS::SQS::Queue', queueName: 'AWS::SQS::Queue' },
  secretsmanager: { secretId: 'AWS::SecretsManager::Secret' },
  logs: { logGroupName: 'AWS::Logs::LogGroup' },
}

const suffix = '.amazonaws.com'

const bySource: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  Object.entries(membersByService).map(([service, members]) => [
    `${service}${suffix}`,
    new Map(Object.entries(members)),
  ]),
)

/** Member name → resource type for an event source; `undefined` when nothing is known. */
export function resourceMembers(eventSource: unknown): ReadonlyMap<string, string> | undefined {
  return typeof eventSource === 'string' ? bySource.get(eventSource) : undefined
}
