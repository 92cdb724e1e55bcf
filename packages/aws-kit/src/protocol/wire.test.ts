import { describe, expect, it } from 'vitest'
import { loadModel, type ModelName } from '../model/index.ts'
import { ProtocolError, parseInput, routeOperation, serializeError, serializeOutput, wireErrorCode } from './index.ts'

const text = (body: unknown) => new TextDecoder().decode(body as Uint8Array)

async function answer(service: ModelName, name: string, output: object) {
  const model = await loadModel(service)
  const operation = model.operations[name]
  if (operation === undefined) throw new TypeError(`no operation ${name}`)
  return serializeOutput(model, operation, output, 'id-1')
}

async function refused(service: ModelName, error: Parameters<typeof serializeError>[1], isHead = false) {
  const model = await loadModel(service)
  return serializeError({ protocol: model.protocol, model, isHead }, error, 'id-1')
}

describe('answers', () => {
  it('CloudTrail: JSON with epoch seconds, and an empty object for nothing', async () => {
    const status = await answer('cloudtrail', 'GetTrailStatus', { IsLogging: true, StartLoggingTime: 1454022144869 })
    expect(status.status).toBe(200)
    expect(status.headers).toEqual({ 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': 'id-1' })
    expect(text(status.body)).toBe('{"IsLogging":true,"StartLoggingTime":1454022144.869}')
    expect(text((await answer('cloudtrail', 'StartLogging', {})).body)).toBe('{}')
  })

  it('leaves out what is undefined, keeps lists that are empty', async () => {
    const trails = await answer('cloudtrail', 'DescribeTrails', { trailList: [] })
    expect(text(trails.body)).toBe('{"trailList":[]}')
    expect(text((await answer('cloudtrail', 'ListTrails', { Trails: [], NextToken: undefined })).body)).toBe(
      '{"Trails":[]}',
    )
  })

  it('STS: the result in its wrapper, the metadata behind it', async () => {
    const { body } = await answer('sts', 'GetCallerIdentity', { Account: '123456789012', Arn: 'a&b', UserId: 'u' })
    expect(text(body)).toBe(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        '<UserId>u</UserId><Account>123456789012</Account><Arn>a&amp;b</Arn></GetCallerIdentityResult>' +
        '<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
    )
  })

  it('IAM: the metadata alone where there is no result', async () => {
    expect(text((await answer('iam', 'DeleteUser', {})).body)).toBe(
      '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata>' +
        '<RequestId>id-1</RequestId></ResponseMetadata></DeleteUserResponse>',
    )
  })

  it('SQS by the query protocol: flattened lists and maps under the names of their items', async () => {
    const Messages = [{ MessageId: 'm', Body: '1 < 2\r\n', Attributes: { SenderId: 's' } }, { MessageId: 'n' }]
    expect(text((await answer('sqs-query', 'ReceiveMessage', { Messages })).body)).toBe(
      '<ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ReceiveMessageResult>' +
        '<Message><MessageId>m</MessageId><Body>1 &lt; 2&#xD;&#xA;</Body>' +
        '<Attribute><Name>SenderId</Name><Value>s</Value></Attribute></Message>' +
        '<Message><MessageId>n</MessageId></Message></ReceiveMessageResult>' +
        '<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></ReceiveMessageResponse>',
    )
  })

  it('S3: real root elements, lists without wrapper, milliseconds always', async () => {
    const output = { Name: 'b', KeyCount: 1, Contents: [{ Key: 'k\u0001\n', LastModified: 0, Size: 3 }] }
    expect(text((await answer('s3', 'ListObjectsV2', output)).body)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        '<Contents><Key>k&#x1;&#xA;</Key><LastModified>1970-01-01T00:00:00.000Z</LastModified><Size>3</Size></Contents>' +
        '<Name>b</Name><KeyCount>1</KeyCount></ListBucketResult>',
    )
  })

  it('S3: the location is the document itself', async () => {
    expect(text((await answer('s3', 'GetBucketLocation', { LocationConstraint: 'eu-west-1' })).body)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>',
    )
  })

  it('S3: a policy is the JSON it is', async () => {
    const got = await answer('s3', 'GetBucketPolicy', { Policy: '{"Version":"2012-10-17"}' })
    expect(got.headers['Content-Type']).toBe('application/json')
    expect(text(got.body)).toBe('{"Version":"2012-10-17"}')
  })

  it('S3: grantees carry their type as an attribute', async () => {
    const output = { Grants: [{ Grantee: { Type: 'CanonicalUser', ID: 'x' }, Permission: 'READ' }] }
    expect(text((await answer('s3', 'GetBucketAcl', output)).body)).toContain(
      '<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>x</ID></Grantee>',
    )
  })

  it('S3: a stream passes through, metadata are headers, a part is a 206', async () => {
    const Body = (async function* () {
      yield new Uint8Array(1)
    })()
    const output = { Body, ContentLength: 1, ContentRange: 'bytes 0-0/5', Metadata: { a: 'b', city: '東京' } }
    const got = await answer('s3', 'GetObject', output)
    expect(got.body).toBe(Body)
    expect(got.status).toBe(206)
    expect(got.headers).toEqual({
      'x-amz-request-id': 'id-1',
      'x-amz-id-2': expect.any(String),
      'Content-Length': '1',
      'Content-Range': 'bytes 0-0/5',
      'x-amz-meta-a': 'b',
      'x-amz-meta-city': '=?UTF-8?B?5p2x5Lqs?=',
    })
  })

  it('no value can end a header and begin another', async () => {
    const got = await answer('s3', 'GetObject', { ContentType: 'a\r\nSet-Cookie: b' })
    expect(got.headers['Content-Type']).toMatch(/^=\?UTF-8\?B\?[A-Za-z0-9+/=]+\?=$/)
  })

  it('S3: deletions answer 204 without a body or a type', async () => {
    const got = await answer('s3', 'DeleteBucket', {})
    expect(got.status).toBe(204)
    expect(got.body).toHaveLength(0)
    expect(got.headers).not.toHaveProperty('Content-Type')
  })
})

describe('errors', () => {
  it('CloudTrail: 400 for every error of the caller, the type in body and header', async () => {
    const got = await refused('cloudtrail', { code: 'InsufficientS3BucketPolicyException', message: 'm' })
    expect(got.status).toBe(400)
    expect(got.headers['x-amzn-ErrorType']).toBe('InsufficientS3BucketPolicyException')
    expect(JSON.parse(text(got.body))).toEqual({ __type: 'InsufficientS3BucketPolicyException', message: 'm' })
    expect((await refused('cloudtrail', { code: 'InternalFailure', message: 'm' })).status).toBe(500)
  })

  it('IAM: code and status of the model, which differ from the name of the shape', async () => {
    const got = await refused('iam', { code: 'NoSuchEntityException', message: '<none>' })
    expect(got.status).toBe(404)
    expect(text(got.body)).toBe(
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>' +
        '<Code>NoSuchEntity</Code><Message>&lt;none&gt;</Message></Error><RequestId>id-1</RequestId></ErrorResponse>',
    )
    expect(wireErrorCode(await loadModel('iam'), 'NoSuchEntityException')).toBe('NoSuchEntity')
    expect(wireErrorCode(await loadModel('iam'), 'AccessDenied')).toBe('AccessDenied')
  })

  it('SQS: an error has one name inside, and the code of either protocol on its wire', async () => {
    const gone = { code: 'QueueDoesNotExist', message: 'gone' }
    const json = await refused('sqs', gone)
    expect(json.headers['x-amzn-ErrorType']).toBe('QueueDoesNotExist')
    expect(json.headers['x-amzn-query-error']).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender')
    expect(text((await refused('sqs-query', gone)).body)).toContain(
      '<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>',
    )
    // Its status came with its name in JSON.
    const denied = await refused('sqs-query', { code: 'AccessDeniedException', message: 'no', status: 400 })
    expect([denied.status, text(denied.body).includes('<Code>AccessDenied</Code>')]).toEqual([403, true])
  })

  it('S3: further elements, and status of codes its model does not have', async () => {
    const got = await refused('s3', { code: 'NoSuchBucketPolicy', message: 'm', details: { BucketName: 'b' } })
    expect(got.status).toBe(404)
    expect(text(got.body)).toMatch(
      /<Error><Code>NoSuchBucketPolicy<\/Code><Message>m<\/Message><BucketName>b<\/BucketName><RequestId>id-1<\/RequestId><HostId>/,
    )
  })

  it('a given status counts before the model', async () => {
    expect((await refused('cloudtrail', { code: 'RequestTimeout', message: 'm', status: 408 })).status).toBe(408)
  })

  it('HEAD and 304 have no body', async () => {
    expect((await refused('s3', { code: 'NoSuchKey', message: 'm' }, true)).body).toHaveLength(0)
    expect((await refused('s3', { code: 'NotModified', message: 'm' })).body).toHaveLength(0)
  })

  it('are in the protocol also where the service is unknown', () => {
    const got = serializeError({ protocol: 'awsJson1_1' }, { code: 'UnknownOperationException', message: 'm' }, 'id-1')
    expect(JSON.parse(text(got.body))).toEqual({ __type: 'UnknownOperationException', message: 'm' })
  })
})

describe('input', () => {
  async function read(service: ModelName, request: { method: string; target: string; body: string; name?: string }) {
    const [path = '', query = ''] = request.target.split('?')
    const headers = request.name === undefined ? {} : { 'x-amz-target': `CloudTrail_20131101.${request.name}` }
    const body = new TextEncoder().encode(request.body)
    const route = routeOperation(await loadModel(service), { method: request.method, path, query, headers }, body)
    if (route === undefined) throw new TypeError('no route')
    return parseInput(route, body)
  }
  const lookup = (body: string) => read('cloudtrail', { method: 'POST', target: '/', name: 'LookupEvents', body })

  it('ignores unknown members, nulls and an absent body', async () => {
    expect(await lookup('{"Nothing":[1],"NextToken":null,"MaxResults":5}')).toEqual({ MaxResults: 5 })
    expect(await lookup('')).toEqual({})
  })

  it('reads times as numbers and as text', async () => {
    expect(await lookup('{"StartTime":1454022144.869,"EndTime":"2016-01-28T23:02:24.869Z"}')).toEqual({
      StartTime: 1454022144869,
      EndTime: 1454022144869,
    })
  })

  it('counts the last of two members of one name', async () => {
    expect(await lookup('{"MaxResults":1,"MaxResults":2}')).toEqual({ MaxResults: 2 })
  })

  it.each([
    ['{"MaxResults":"5"}', 'STRING_VALUE can not be converted to an Integer'],
    ['{"MaxResults":1.5}', 'NUMBER_VALUE can not be converted to an Integer'],
    ['{"MaxResults":3000000000}', 'NUMBER_VALUE can not be converted to an Integer'],
    ['{"MaxResults":true}', 'TRUE_VALUE can not be converted to an Integer'],
    ['{"NextToken":5}', 'NUMBER_VALUE can not be converted to a String'],
    ['{"NextToken":{}}', 'Start of structure or map found where not expected.'],
    ['{"NextToken":[]}', 'Start of list found where not expected'],
    ['{"StartTime":1e300}', 'NUMBER_VALUE can not be converted to a Timestamp'],
    ['{"LookupAttributes":{}}', 'Start of structure or map found where not expected.'],
    ['{"LookupAttributes":[null]}', 'NULL_VALUE can not be converted to a Structure or Map'],
    ['[]', 'Start of list found where not expected'],
    ['{', 'The request body is not valid JSON'],
  ])('refuses %s', async (body, message) => {
    const error = await lookup(body).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ProtocolError)
    expect(error).toMatchObject({ code: 'SerializationException', message })
  })

  it('PutAuditEvents: query and body together', async () => {
    const target = '/PutAuditEvents?channelArn=arn%3Aaws%3Acloudtrail&externalId=e'
    const body = '{"auditEvents":[{"id":"1","eventData":"{}"}]}'
    expect(await read('cloudtrail-data', { method: 'POST', target, body })).toEqual({
      channelArn: 'arn:aws:cloudtrail',
      externalId: 'e',
      auditEvents: [{ id: '1', eventData: '{}' }],
    })
  })

  it('SQS by the query protocol: no parameter for a list that must be there is an empty one', async () => {
    const batch = (form: string) =>
      read('sqs-query', { method: 'POST', target: '/', body: `Action=DeleteMessageBatch&QueueUrl=u${form}` })
    expect(await batch('')).toEqual({ QueueUrl: 'u', Entries: [] })
    expect(await batch('&DeleteMessageBatchRequestEntry.1.Id=a')).toEqual({ QueueUrl: 'u', Entries: [{ Id: 'a' }] })
  })

  it('SQS by the query protocol: the path stands for the queue where no parameter does', async () => {
    const purge = (target: string, body: string) => read('sqs-query', { method: 'POST', target, body })
    expect(await purge('/123456789012/a', 'Action=PurgeQueue')).toEqual({ QueueUrl: '/123456789012/a' })
    expect(await purge('/123456789012/a', 'Action=PurgeQueue&QueueUrl=b')).toEqual({ QueueUrl: 'b' })
    expect(await purge('/', 'Action=PurgeQueue')).toEqual({})
    expect(await purge('/123456789012/a', 'Action=ListQueues')).toEqual({})
  })

  it('S3: refuses a document of another name, ignores unknown elements', async () => {
    const put = (body: string) => read('s3', { method: 'PUT', target: '/b', body })
    const known =
      '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>eu-west-1</LocationConstraint><X/></CreateBucketConfiguration>'
    expect(await put(known)).toEqual({ Bucket: 'b', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } })
    await expect(put('<Other/>')).rejects.toMatchObject({ code: 'MalformedXML' })
  })

  it('S3: a condition that cannot be read is no condition', async () => {
    const model = await loadModel('s3')
    const head = {
      method: 'GET',
      path: '/b/k',
      query: '',
      headers: { 'if-modified-since': 'yesterday', range: 'bytes=0-1' },
    }
    const route = routeOperation(model, head)
    expect(route && parseInput(route, new Uint8Array(0))).toEqual({ Bucket: 'b', Key: 'k', Range: 'bytes=0-1' })
  })
})
