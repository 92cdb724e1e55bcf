/** Operations that work in a resource, with the type its records name: the service decides, no rule of names. */
interface DataRow {
  /** `AWS::DynamoDB::Table` */
  readonly type: string
  /** IAM's name of the type, whose ARN the resource has; absent where the service makes its own. */
  readonly resource?: string
  readonly operations: string
}

/**
 * Keys are the API's names.
 *
 * @source CloudTrail User Guide, logging data events: types and operations; the guides of SQS, SNS, DynamoDB, Lambda,
 *   Kinesis, Bedrock, Cognito and others for theirs
 */
const rows: Readonly<Record<string, readonly DataRow[]>> = {
  s3: [
    {
      type: 'AWS::S3::Object',
      operations:
        'AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload CreateSession DeleteObject DeleteObjects DeleteObjectTagging GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent HeadBucket HeadObject ListObjects ListObjectsV2 ListObjectVersions ListParts PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging RestoreObject SelectObjectContent UpdateObjectEncryption UploadPart UploadPartCopy WriteGetObjectResponse',
    },
  ],
  dynamodb: [
    {
      type: 'AWS::DynamoDB::Table',
      resource: 'table',
      operations:
        'BatchExecuteStatement BatchGetItem BatchWriteItem DeleteItem ExecuteStatement ExecuteTransaction GetItem PutItem Query Scan TransactGetItems TransactWriteItems UpdateItem',
    },
  ],
  dynamodbstreams: [{ type: 'AWS::DynamoDB::Stream', resource: 'stream', operations: 'GetRecords GetShardIterator' }],
  lambda: [
    { type: 'AWS::Lambda::Function', resource: 'function', operations: 'Invoke InvokeAsync InvokeWithResponseStream' },
  ],
  sqs: [
    {
      type: 'AWS::SQS::Queue',
      resource: 'queue',
      operations:
        'ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListQueues ListQueueTags ReceiveMessage SendMessage SendMessageBatch',
    },
  ],
  sns: [{ type: 'AWS::SNS::Topic', resource: 'topic', operations: 'Publish PublishBatch' }],
  kinesis: [
    {
      type: 'AWS::Kinesis::Stream',
      resource: 'stream',
      operations: 'GetRecords GetShardIterator PutRecord PutRecords SubscribeToShard',
    },
  ],
  firehose: [
    {
      type: 'AWS::KinesisFirehose::DeliveryStream',
      resource: 'deliverystream',
      operations: 'PutRecord PutRecordBatch',
    },
  ],
  ebs: [
    {
      type: 'AWS::EC2::Snapshot',
      resource: 'snapshot',
      operations:
        'CompleteSnapshot GetSnapshotBlock ListChangedBlocks ListSnapshotBlocks PutSnapshotBlock StartSnapshot',
    },
  ],
  cloudwatch: [
    {
      type: 'AWS::CloudWatch::Metric',
      operations: 'GetMetricData GetMetricStatistics GetMetricWidgetImage ListMetrics PutMetricData',
    },
  ],
  'cognito-identity': [
    {
      type: 'AWS::Cognito::IdentityPool',
      resource: 'identitypool',
      operations: 'GetCredentialsForIdentity GetId GetOpenIdToken GetOpenIdTokenForDeveloperIdentity UnlinkIdentity',
    },
  ],
  'rds-data': [
    {
      type: 'AWS::RDS::DBCluster',
      operations: 'BatchExecuteStatement BeginTransaction CommitTransaction ExecuteStatement RollbackTransaction',
    },
  ],
  'cloudtrail-data': [{ type: 'AWS::CloudTrail::Channel', resource: 'channel', operations: 'PutAuditEvents' }],
  stepfunctions: [
    {
      type: 'AWS::StepFunctions::StateMachine',
      resource: 'statemachine',
      operations: 'StartExecution StartSyncExecution',
    },
    {
      type: 'AWS::StepFunctions::Activity',
      resource: 'activity',
      operations: 'GetActivityTask SendTaskFailure SendTaskHeartbeat SendTaskSuccess',
    },
  ],
  swf: [
    {
      type: 'AWS::SWF::Domain',
      resource: 'domain',
      operations:
        'PollForActivityTask PollForDecisionTask RecordActivityTaskHeartbeat RequestCancelWorkflowExecution RespondActivityTaskCanceled RespondActivityTaskCompleted RespondActivityTaskFailed RespondDecisionTaskCompleted SignalWorkflowExecution StartWorkflowExecution TerminateWorkflowExecution',
    },
  ],
  appconfigdata: [
    { type: 'AWS::AppConfig::Configuration', operations: 'GetLatestConfiguration StartConfigurationSession' },
  ],
  'bedrock-agent-runtime': [
    { type: 'AWS::Bedrock::AgentAlias', operations: 'InvokeAgent' },
    { type: 'AWS::Bedrock::FlowAlias', operations: 'InvokeFlow' },
    { type: 'AWS::Bedrock::InlineAgent', operations: 'InvokeInlineAgent' },
    { type: 'AWS::Bedrock::KnowledgeBase', operations: 'Retrieve RetrieveAndGenerate' },
  ],
  'bedrock-runtime': [
    { type: 'AWS::Bedrock::AsyncInvoke', operations: 'GetAsyncInvoke StartAsyncInvoke' },
    { type: 'AWS::Bedrock::Guardrail', operations: 'ApplyGuardrail' },
    { type: 'AWS::Bedrock::Model', operations: 'InvokeModelWithBidirectionalStream' },
  ],
  'sagemaker-runtime': [
    { type: 'AWS::SageMaker::Endpoint', operations: 'InvokeEndpoint InvokeEndpointWithResponseStream' },
  ],
  'sagemaker-featurestore-runtime': [
    { type: 'AWS::SageMaker::FeatureGroup', operations: 'BatchGetRecord DeleteRecord GetRecord PutRecord' },
  ],
  'cloudfront-keyvaluestore': [
    {
      type: 'AWS::CloudFront::KeyValueStore',
      operations: 'DeleteKey DescribeKeyValueStore GetKey ListKeys PutKey UpdateKeys',
    },
  ],
  'timestream-query': [{ type: 'AWS::Timestream::Database', operations: 'Query' }],
  'timestream-write': [{ type: 'AWS::Timestream::Table', resource: 'table', operations: 'WriteRecords' }],
  verifiedpermissions: [
    {
      type: 'AWS::VerifiedPermissions::PolicyStore',
      resource: 'policy-store',
      operations: 'BatchIsAuthorized BatchIsAuthorizedWithToken IsAuthorized IsAuthorizedWithToken',
    },
  ],
  xray: [
    {
      type: 'AWS::XRay::Trace',
      operations: 'BatchGetTraces GetServiceGraph GetTraceGraph GetTraceSummaries PutTelemetryRecords PutTraceSegments',
    },
  ],
  servicediscovery: [
    { type: 'AWS::ServiceDiscovery::Namespace', operations: 'DiscoverInstances DiscoverInstancesRevision' },
  ],
  rum: [{ type: 'AWS::RUM::AppMonitor', operations: 'PutRumEvents' }],
}

/** What is known of an operation that works in a resource. */
export interface DataEvent {
  readonly type: string
  readonly resource?: string
}

const events: ReadonlyMap<string, DataEvent> = new Map(
  Object.entries(rows).flatMap(([service, own]) =>
    own.flatMap(({ operations, ...event }) =>
      operations.split(' ').map((name) => [`${service} ${name}`, event] as const),
    ),
  ),
)

/** `undefined`: the operation's event is one of management. */
export function dataEventOf(service: string, operation: string): DataEvent | undefined {
  return events.get(`${service} ${operation}`)
}
