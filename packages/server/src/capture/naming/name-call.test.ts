import { describe, expect, test } from 'vitest'
import { nameCall, type ObservedRequest, readAnswer } from './index.ts'

const place = { account: '111122223333', region: 'eu-west-1', partition: 'aws' }
const encoder = new TextEncoder()

interface Written {
  readonly method?: string
  readonly target?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

function request(service: string | undefined, { body = '', headers = {}, ...rest }: Written): ObservedRequest {
  return {
    method: 'POST',
    host: '127.0.0.1:4566',
    target: '/',
    headers,
    bodyHead: encoder.encode(body),
    bodyIsWhole: true,
    ...(service !== undefined && { signing: { service, region: 'eu-west-1' } }),
    ...rest,
  }
}

const json = (target: string, input: object): Written => ({
  headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(input),
})
const form = (parameters: Readonly<Record<string, string>>): Written => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: new URLSearchParams(parameters).toString(),
})
const named = (service: string | undefined, written: Written) => nameCall(request(service, written), place)

function answered(service: string, written: Written, body: string, status = 200, headers = {}) {
  const bodyHead = encoder.encode(body)
  return readAnswer(named(service, written), { status, headers, bodyHead, bodyIsWhole: true })
}

describe('S3', () => {
  test('shows an object put with bucket, host, key and headers, and none of the object', () => {
    const headers = {
      authorization: 'AWS4-…',
      'x-amz-acl': 'private',
      'x-amz-checksum-crc32': 'x',
      'x-amz-meta-who': 'a',
    }
    const call = named('s3', { method: 'PUT', target: '/data/a%20b.csv?x-id=PutObject', headers, body: '{"secret":1}' })
    expect(call).toMatchObject({ eventName: 'PutObject', category: 'Data', readOnly: false, certainty: 'known' })
    expect(call.requestParameters).toEqual({
      'x-id': 'PutObject',
      bucketName: 'data',
      Host: '127.0.0.1:4566',
      key: 'a b.csv',
      'x-amz-acl': 'private',
    })
    expect(call.resources).toEqual([
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::data/a b.csv' },
      { accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::data' },
    ])
    expect(call.additionalEventData).toEqual({ SignatureVersion: 'SigV4', AuthenticationMethod: 'AuthHeader' })
    const bearer = { ...headers, authorization: 'Bearer a.b.c' }
    expect(named('s3', { target: '/data/a', headers: bearer }).additionalEventData).toEqual({})
  })

  test.each([
    ['GET', '/data?list-type=2', 'ListObjects', 's3:ListBucket'],
    ['GET', '/data?lifecycle', 'GetBucketLifecycle', 's3:GetLifecycleConfiguration'],
    ['GET', '/data?notification', 'GetBucketNotification', 's3:GetBucketNotification'],
    ['HEAD', '/data/k', 'HeadObject', 's3:GetObject'],
    ['POST', '/data/k?uploads', 'CreateMultipartUpload', 's3:PutObject'],
    ['GET', '/', 'ListBuckets', 's3:ListAllMyBuckets'],
  ])('%s %s is recorded as %s and needs %s', (method, target, eventName, action) => {
    expect(named('s3', { method, target })).toMatchObject({ eventName, actions: [action] })
  })

  test('finds the bucket in the host', () => {
    const call = named('s3', { method: 'GET', target: '/k', host: 'my.data.s3.eu-west-1.amazonaws.com' })
    expect(call.requestParameters).toMatchObject({ bucketName: 'my.data', key: 'k' })
  })

  test('shows a document as its tree and a policy as a document', () => {
    const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>true</Value></Tag></TagSet></Tagging>'
    const tagging = named('s3', { method: 'PUT', target: '/data?tagging', body }).requestParameters
    expect(tagging).toMatchObject({ tagging: '', Tagging: { TagSet: { Tag: { Key: 'a', Value: true } } } })
    const policy = named('s3', { method: 'PUT', target: '/data?policy', body: '{"Statement":[]}' }).requestParameters
    expect(policy).toMatchObject({ policy: '', bucketPolicy: { Statement: [] } })
  })

  test('shows a presigned address without what would let a reader use it', () => {
    const target =
      '/data/k?X-Amz-Algorithm=A&X-Amz-Credential=C&X-Amz-Signature=S&X-Amz-Security-Token=T&X-Amz-Expires=60'
    const call = named('s3', { method: 'GET', target })
    expect(call.requestParameters).toMatchObject({ 'X-Amz-Algorithm': 'A', 'X-Amz-Expires': '60' })
    expect(JSON.stringify(call)).not.toMatch(/Credential|"X-Amz-Signature|Security-Token/)
    expect(call.additionalEventData).toMatchObject({ AuthenticationMethod: 'QueryString' })
  })

  test('shows an address signed in the old way without its signature', () => {
    const target = '/data/k?AWSAccessKeyId=AKIA&Expires=1&Signature=abc%3D'
    const { requestParameters } = named(undefined, { method: 'GET', target })
    expect(requestParameters).toEqual({ Expires: '1', bucketName: 'data', Host: '127.0.0.1:4566', key: 'k' })
  })

  test('knows what a form of a browser uploads to', () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const call = named(undefined, { target: '/data', headers, body: '--x\r\n' })
    expect(call).toMatchObject({ eventName: 'PostObject', category: 'Data', readOnly: false, certainty: 'guessed' })
    expect(call.resourceArns).toEqual(['arn:aws:s3:::data/*'])
  })

  test('says how the object was encrypted, and what a bodiless error means', () => {
    const put = { method: 'PUT', target: '/data/k' }
    const headers = { 'x-amz-server-side-encryption': 'AES256', 'x-amz-id-2': 'id2', 'x-amz-request-id': '1A' }
    expect(answered('s3', put, '', 200, headers)).toEqual({
      responseElements: { 'x-amz-server-side-encryption': 'AES256' },
      requestId: '1A',
      additionalEventData: { 'x-amz-id-2': 'id2', SSEApplied: 'Default_SSE_S3' },
    })
    expect(answered('s3', { method: 'HEAD', target: '/data/k' }, '', 404).error?.code).toBe('NoSuchKey')
    expect(answered('s3', put, '<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>', 404).error).toEqual({
      code: 'NoSuchBucket',
      message: 'no',
    })
  })
})

describe('EC2', () => {
  const run = form({
    Action: 'RunInstances',
    Version: '2016-11-15',
    ImageId: 'ami-1',
    MinCount: '1',
    MaxCount: '2',
    'SecurityGroupId.1': 'sg-1',
    'TagSpecification.1.ResourceType': 'instance',
    'TagSpecification.1.Tag.1.Key': 'k',
    'TagSpecification.1.Tag.1.Value': 'v',
    UserData: 'c2VjcmV0',
  })

  test('shows calls of its first emitter as sets of items', () => {
    expect(named('ec2', run)).toMatchObject({
      eventName: 'RunInstances',
      requestParameters: {
        instancesSet: { items: [{ imageId: 'ami-1', minCount: 1, maxCount: 2 }] },
        groupSet: { items: [{ groupId: 'sg-1' }] },
        tagSpecificationSet: { items: [{ resourceType: 'instance', tags: [{ key: 'k', value: 'v' }] }] },
        userData: '<sensitiveDataRemoved>',
        monitoring: { enabled: false },
      },
    })
    const answer =
      '<RunInstancesResponse><requestId>1</requestId><instancesSet><item><instanceId>i-1</instanceId><launchTime>2026-01-01T00:00:00Z</launchTime></item></instancesSet></RunInstancesResponse>'
    expect(answered('ec2', run, answer).responseElements).toEqual({
      requestId: '1',
      instancesSet: { items: [{ instanceId: 'i-1', launchTime: Date.UTC(2026, 0, 1) }] },
    })
  })

  test('shows calls of its second emitter as the form, in one object', () => {
    const call = named('ec2', form({ Action: 'DeleteFlowLogs', Version: '2016-11-15', 'FlowLogId.1': 'fl-1' }))
    expect(call.requestParameters).toEqual({ DeleteFlowLogsRequest: { FlowLogId: { content: 'fl-1', tag: 1 } } })
  })

  test('records the fault with the code', () => {
    const body =
      '<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>no</Message></Error></Errors></Response>'
    expect(answered('ec2', run, body, 400).error).toEqual({ code: 'Client.InvalidVpcID.NotFound', message: 'no' })
  })

  test('asks for any of what it makes, and for those it names', () => {
    const { resourceArns } = named('ec2', run)
    expect(resourceArns).toContain('arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1')
    expect(resourceArns).toContain('arn:aws:ec2:eu-west-1:111122223333:instance/*')
  })
})

describe('DynamoDB', () => {
  test('shows of an item the names of its attributes, of a key its values, of a statement no literal', () => {
    const put = named('dynamodb', json('DynamoDB_20120810.PutItem', { TableName: 't', Item: { id: { S: 'secret' } } }))
    expect(put).toMatchObject({
      category: 'Data',
      apiVersion: '2012-08-10',
      requestParameters: { tableName: 't', item: ['id'] },
      resources: [
        {
          accountId: '111122223333',
          type: 'AWS::DynamoDB::Table',
          ARN: 'arn:aws:dynamodb:eu-west-1:111122223333:table/t',
        },
      ],
    })
    const get = named('dynamodb', json('DynamoDB_20120810.GetItem', { TableName: 't', Key: { id: { S: '1' } } }))
    expect(get.requestParameters).toEqual({ tableName: 't', key: { id: '1' } })
    const Statement = `SELECT * FROM "t2" WHERE a = 'x''y' AND b > 12.5`
    const select = named('dynamodb', json('DynamoDB_20120810.ExecuteStatement', { Statement })).requestParameters
    expect(select).toEqual({ statement: 'SELECT * FROM "t2" WHERE a = ***(Redacted) AND b > ***(Redacted)' })
  })

  test('shows a transaction as the list of its requests', () => {
    const TransactItems = [
      { Put: { TableName: 't', Item: { a: { S: 's' } } } },
      { Delete: { TableName: 't', Key: { a: { N: '1' } } } },
    ]
    const call = named('dynamodb', json('DynamoDB_20120810.TransactWriteItems', { TransactItems }))
    expect(call.requestParameters).toEqual({
      requestItems: [
        { operation: 'Put', tableName: 't', items: ['a'] },
        { operation: 'Delete', tableName: 't', key: { a: '1' } },
      ],
    })
  })

  test('answers of errors give the bare code', () => {
    const call = json('DynamoDB_20120810.DescribeTable', { TableName: 'none' })
    const body = '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"}'
    const error = { code: 'ResourceNotFoundException', message: 'no table' }
    expect(answered('dynamodb', call, body, 400)).toMatchObject({ error, responseElements: null })
  })
})

describe('IAM and STS', () => {
  const create = form({
    Action: 'CreateUser',
    Version: '2010-05-08',
    UserName: 'ana',
    'Tags.member.1.Key': 'k',
    'Tags.member.1.Value': 'v',
  })

  test('show members in camel case and answers of writes', () => {
    expect(named('iam', create)).toMatchObject({
      eventSource: 'iam.amazonaws.com',
      requestParameters: { userName: 'ana', tags: [{ key: 'k', value: 'v' }] },
    })
    const body =
      '<CreateUserResponse><CreateUserResult><User><UserName>ana</UserName><CreateDate>2026-01-02T03:04:05Z</CreateDate></User></CreateUserResult></CreateUserResponse>'
    expect(answered('iam', create, body).responseElements).toEqual({
      user: { userName: 'ana', createDate: 'Jan 2, 2026, 3:04:05 AM' },
    })
  })

  test('hide passwords and keys, and append Exception to errors', () => {
    const login = form({ Action: 'CreateLoginProfile', Version: '2010-05-08', UserName: 'ana', Password: 'hunter2' })
    expect(JSON.stringify(named('iam', login))).not.toContain('hunter2')
    const body = '<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>'
    expect(answered('iam', create, body, 404).error?.code).toBe('NoSuchEntityException')
  })

  test('name the role that is assumed, signed or not', () => {
    const assume = form({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam::444455556666:role/r',
      WebIdentityToken: 'eyJ',
    })
    const call = named(undefined, assume)
    expect(call).toMatchObject({ eventSource: 'sts.amazonaws.com', readOnly: true, certainty: 'guessed' })
    expect(call.resources).toEqual([
      { accountId: '444455556666', type: 'AWS::IAM::Role', ARN: 'arn:aws:iam::444455556666:role/r' },
    ])
    expect(JSON.stringify(call)).not.toContain('eyJ')
  })
})

describe('KMS', () => {
  test('names the key by the request, or by the answer where that has an alias', () => {
    const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/0e5d0ab6-097e-49d8-99ef-747ce3e5f8f4'
    const resources = [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN }]
    const byId = json('TrentService.Encrypt', { KeyId: ARN.split('/')[1], Plaintext: 'c2VjcmV0' })
    expect(named('kms', byId)).toMatchObject({ readOnly: true, resources })
    expect(JSON.stringify(named('kms', byId))).not.toContain('c2VjcmV0')
    const byAlias = json('TrentService.Encrypt', { KeyId: 'alias/a', Plaintext: 'c2VjcmV0' })
    expect(named('kms', byAlias)).toMatchObject({
      resources: [],
      resourceArns: ['arn:aws:kms:eu-west-1:111122223333:key/*'],
    })
    expect(answered('kms', byAlias, JSON.stringify({ KeyId: ARN, CiphertextBlob: 'x' }))).toEqual({
      responseElements: null,
      resources,
    })
  })
})

describe('Lambda, SQS and others', () => {
  test.each([
    ['POST', '/2015-03-31/functions', 'CreateFunction20150331'],
    ['GET', '/2015-03-31/functions/f', 'GetFunction20150331v2'],
    ['POST', '/2017-03-31/tags/arn', 'TagResource20170331v2'],
    ['GET', '/2020-06-30/functions/f/code-signing-config', 'GetFunctionCodeSigningConfig'],
    ['POST', '/2015-03-31/functions/f/invocations', 'Invoke'],
  ])('Lambda: %s %s is recorded as %s', (method, target, eventName) => {
    expect(named('lambda', { method, target }).eventName).toBe(eventName)
  })

  test('Lambda: an invocation is a data event on the function, its payload unseen; an environment is empty', () => {
    const invoke = named('lambda', { target: '/2015-03-31/functions/f/invocations', body: '{"card":"4111"}' })
    expect(invoke).toMatchObject({
      category: 'Data',
      actions: ['lambda:InvokeFunction'],
      requestParameters: { functionName: 'f' },
      resources: [{ type: 'AWS::Lambda::Function', ARN: 'arn:aws:lambda:eu-west-1:111122223333:function:f' }],
    })
    const body = JSON.stringify({
      FunctionName: 'f',
      Environment: { Variables: { KEY: 'secret' } },
      Code: { ZipFile: 'eA==' },
    })
    const create = named('lambda', { target: '/2015-03-31/functions', body })
    expect(create.requestParameters).toEqual({ functionName: 'f', environment: {}, code: {} })
  })

  test('SQS: a message is hidden, in the protocol of today and in that of yesterday', () => {
    const QueueUrl = 'http://127.0.0.1:4566/111122223333/q'
    const requestParameters = { queueUrl: QueueUrl, messageBody: 'HIDDEN_DUE_TO_SECURITY_REASONS' }
    const resources = [
      { accountId: '111122223333', type: 'AWS::SQS::Queue', ARN: 'arn:aws:sqs:eu-west-1:111122223333:q' },
    ]
    const today = named('sqs', json('AmazonSQS.SendMessage', { QueueUrl, MessageBody: 'm' }))
    expect(today).toMatchObject({ category: 'Data', requestParameters, resources })
    const yesterday = named('sqs', form({ Action: 'SendMessage', Version: '2012-11-05', QueueUrl, MessageBody: 'm' }))
    expect(yesterday).toMatchObject({ eventName: 'SendMessage', requestParameters, resources })
  })

  test('SSM: a parameter is named without its value', () => {
    const call = named(
      'ssm',
      json('AmazonSSM.PutParameter', { Name: '/db/password', Value: 'hunter2', Type: 'SecureString' }),
    )
    expect(call.requestParameters).toMatchObject({ name: '/db/password', value: 'HIDDEN_DUE_TO_SECURITY_REASONS' })
    expect(call.resources).toEqual([
      { accountId: '111122223333', ARN: 'arn:aws:ssm:eu-west-1:111122223333:parameter/db/password' },
    ])
  })

  test('RDS: an answer is shown without the structure around it', () => {
    const call = form({ Action: 'CreateDBSubnetGroup', Version: '2014-10-31', DBSubnetGroupName: 'g' })
    const body =
      '<CreateDBSubnetGroupResponse><CreateDBSubnetGroupResult><DBSubnetGroup><DBSubnetGroupName>g</DBSubnetGroupName></DBSubnetGroup></CreateDBSubnetGroupResult></CreateDBSubnetGroupResponse>'
    expect(named('rds', call).requestParameters).toEqual({ dBSubnetGroupName: 'g' })
    expect(answered('rds', call, body).responseElements).toEqual({ dBSubnetGroupName: 'g' })
  })

  test('an answer that is no error document gives its status', () => {
    const call = json('DynamoDB_20120810.ListTables', {})
    expect(answered('dynamodb', call, '<html>bad gateway</html>', 502).error?.code).toBe('HttpStatus502')
  })
})

describe('a service that no table knows', () => {
  test.each([
    ['by its target', json('WidgetService_2030.MakeWidget', {}), 'MakeWidget', false],
    ['by its action', form({ Action: 'DescribeWidget', Version: '2030-01-01' }), 'DescribeWidget', true],
    [
      'by the path of its RPC',
      { target: '/service/Widgets/operation/PutWidget', headers: { 'smithy-protocol': 'rpc-v2-cbor' } },
      'PutWidget',
      false,
    ],
    [
      'by nothing: a path of REST is no object of S3',
      { method: 'GET', target: '/v1/widgets' },
      'UnknownOperation',
      true,
    ],
  ] as const)('is named as the signature says, its operation %s', (_how, written, eventName, readOnly) => {
    const expected = {
      service: 'widgets',
      eventSource: 'widgets.amazonaws.com',
      eventName,
      readOnly,
      certainty: 'unknown',
    }
    const call = named('widgets', written)
    expect(call).toMatchObject({ ...expected, requestParameters: null, actions: [], resources: [] })
    expect(call.additionalEventData).toEqual({
      httpMethod: 'method' in written ? 'GET' : 'POST',
      path: 'target' in written ? written.target : '/',
    })
    expect(named(undefined, { ...written, host: 'widgets.eu-west-1.amazonaws.com' })).toMatchObject(expected)
  })
})
