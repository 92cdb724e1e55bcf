import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTestInstallation, textOf } from './installation.fixture.ts'

const target = (name: string) => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': `CloudTrail_20131101.${name}`,
})

describe('answers', () => {
  test.each(['CloudTrail_20131101.ListTrails', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListTrails'])(
    'the target may be spelled %s',
    async (spelling) => {
      await using cairn = await createTestInstallation()
      const answer = await cairn.send({ body: '{}', headers: { ...target(''), 'x-amz-target': spelling } })
      expect(answer.status).toBe(200)
      expect(await textOf(answer)).toBe('{"Trails":[]}')
    },
  )

  test.each([
    ['a body that is no JSON', '{', 'ListTrails', 'SerializationException'],
    ['an operation nobody knows', '{}', 'LaunchRockets', 'UnknownOperationException'],
    ['an operation not built yet', '{}', 'ListDashboards', 'UnsupportedOperationException'],
    ['a value out of range', '{"ResourceId":"x","TagsList":[{"Key":""}]}', 'AddTags', 'ValidationException'],
    ['one for which the operation has an error', '{"MaxResults":0}', 'LookupEvents', 'InvalidMaxResultsException'],
    ['a missing member', '{}', 'GetTrail', 'ValidationException'],
    ['a trail nobody made', '{"Name":"none"}', 'GetTrail', 'TrailNotFoundException'],
  ])('%s is refused with its own code and recorded', async (_what, body, name, code) => {
    await using cairn = await createTestInstallation()
    const answer = await cairn.send({ body, headers: target(name) })
    expect(JSON.parse(await textOf(answer))).toMatchObject({ __type: code })
    expect(await cairn.records()).toMatchObject([
      { eventName: name, errorCode: code, readOnly: /^(Get|List|Look)/.test(name) },
    ])
  })
})

describe('IAM', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  test.each([
    ['what is not there', 'GetUser&UserName=nobody', 404, 'NoSuchEntity'],
    ['a name that is taken', 'CreateUser&UserName=admin', 409, 'EntityAlreadyExists'],
    ['what is still in use', 'DeleteUser&UserName=admin', 409, 'DeleteConflict'],
    [
      'a policy that is none',
      'PutUserPolicy&UserName=admin&PolicyName=p&PolicyDocument=x',
      400,
      'MalformedPolicyDocument',
    ],
  ])('answers to %s with the status of its model', async (_what, query, status, code) => {
    await using cairn = await createTestInstallation()
    const answer = await cairn.send({ service: 'iam', headers: form, body: `Action=${query}&Version=2010-05-08` })
    expect(answer.status).toBe(status)
    expect(await textOf(answer)).toContain(`<Code>${code}</Code>`)
  })
})

describe('a bucket policy that denies everybody', () => {
  test('is taken away by the root of the owner, who gets no further otherwise', async () => {
    await using cairn = await createTestInstallation()
    const deny = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::audit', 'arn:aws:s3:::audit/*'],
    }
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] })
    const s3 = async (method: string, query = '', { by = cairn.admin, body = '' } = {}) => {
      const headers = { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') }
      return (await cairn.send({ method, path: '/audit', query, headers, body, service: 's3', credentials: by })).status
    }
    expect(await s3('PUT')).toBe(200)
    expect(await s3('PUT', 'policy', { body: policy })).toBe(204)
    expect([await s3('GET', 'policy'), await s3('DELETE', 'policy')]).toEqual([403, 403])
    expect(await s3('GET', '', { by: cairn.root })).toBe(403)
    expect(await s3('GET', 'policy', { by: cairn.root })).toBe(200)
    expect(await s3('DELETE', 'policy', { by: cairn.root })).toBe(204)
    expect(await s3('GET')).toBe(200)
  })
})

test("a region by S3's first name for it is refused with the one to sign for", async () => {
  await using cairn = await createTestInstallation()
  const answer = await cairn.send({ method: 'GET', path: '/audit', service: 's3', region: 'US' })
  expect(answer.status).toBe(400)
  const text = await textOf(answer)
  expect(text).toContain(
    "<Message>The authorization header is malformed; the region 'US' is wrong; expecting 'us-east-1'",
  )
  expect(text).toContain('<Region>us-east-1</Region>')
})

describe('a service that nobody serves', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  test.each([
    [
      'sns',
      'POST',
      '/',
      form,
      'Action=ListTopics&Version=2010-03-31',
      'ListTopics',
      /^<ErrorResponse[\s\S]*<Code>InvalidAction</,
    ],
    [
      'ec2',
      'POST',
      '/',
      form,
      'Action=DescribeVpcs&Version=2016-11-15',
      'DescribeVpcs',
      /<Errors><Error><Code>InvalidAction</,
    ],
    [
      'lambda',
      'GET',
      '/2015-03-31/functions/',
      {},
      '',
      'ListFunctions20150331',
      /^{"__type":"UnknownOperationException"/,
    ],
    [
      'logs',
      'POST',
      '/',
      { 'x-amz-target': 'Logs_20140328.DescribeLogGroups' },
      '{}',
      'DescribeLogGroups',
      /^{"__type"/,
    ],
    [
      'monitoring',
      'POST',
      '/service/GraniteServiceVersion20100801/operation/ListMetrics',
      { 'smithy-protocol': 'rpc-v2-cbor' },
      '',
      'ListMetrics',
      /^\xa2f__type/,
    ],
    ['nothing-known', 'POST', '/', form, 'Action=Fly', 'Fly', /--upstream nothing-known=/],
  ])(
    '%s is told so in its own protocol, and its call is recorded by name',
    async (service, method, path, headers, body, name, words) => {
      await using cairn = await createTestInstallation()
      const answer = await cairn.send({ method, path, headers, body, service })
      const text = Buffer.from(answer.body as Uint8Array).toString('latin1')
      expect(text).toMatch(words)
      expect(text).toContain(`--upstream ${service}=ENDPOINT`)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(await cairn.records()).toMatchObject([{ eventName: name, userIdentity: { type: 'Unknown' } }])
    },
  )
})

describe('identity', () => {
  test('an unsigned call is refused and recorded in the account of the installation, as of nobody', async () => {
    await using cairn = await createTestInstallation()
    const { body } = await cairn.call('ListTrails', {}, { credentials: null })
    expect(body).toMatchObject({ __type: 'MissingAuthenticationTokenException' })
    expect(await cairn.records()).toMatchObject([
      { eventName: 'ListTrails', recipientAccountId: '123456789012', userIdentity: { type: 'Unknown' } },
    ])
  })

  test.each([
    ['AssumeRoleWithWebIdentity', 'RoleSessionName=job&WebIdentityToken=secret-token'],
    [
      'AssumeRoleWithSAML',
      `PrincipalArn=${encodeURIComponent('arn:aws:iam::123456789012:saml-provider/x')}&SAMLAssertion=secret-token`,
    ],
  ])(
    '%s, which has no signature to check, is told that it is not built, and its token is recorded nowhere',
    async (name, form) => {
      await using cairn = await createTestInstallation()
      const arn = encodeURIComponent('arn:aws:iam::123456789012:role/etl')
      const answer = await cairn.send({
        service: 'sts',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `Action=${name}&Version=2011-06-15&RoleArn=${arn}&${form}`,
        credentials: null,
      })
      expect([answer.status, await textOf(answer)]).toEqual([
        501,
        expect.stringContaining(`does not implement ${name}`),
      ])
      const records = await cairn.records()
      expect(records).toMatchObject([{ eventName: name, errorCode: 'UnsupportedOperationException' }])
      expect(JSON.stringify(records)).not.toContain('secret-token')
    },
  )

  test('a wrong secret is refused, and the record does not take the claim for true', async () => {
    await using cairn = await createTestInstallation()
    const credentials = { ...cairn.admin, secretAccessKey: 'x'.repeat(40) }
    const { body } = await cairn.call('ListTrails', {}, { credentials })
    expect(body).toMatchObject({ __type: 'InvalidSignatureException' })
    expect(await cairn.records()).toMatchObject([
      { userIdentity: { type: 'Unknown' }, errorCode: 'InvalidSignatureException' },
    ])
  })

  test('a signature for another service is refused', async () => {
    await using cairn = await createTestInstallation()
    const { body } = await cairn.call('ListTrails', {}, { service: 'iam' })
    expect(body).toMatchObject({ __type: 'InvalidSignatureException' })
  })

  test('in emulator mode an access key of twelve digits names the account', async () => {
    await using cairn = await createTestInstallation({ mode: 'emulator' })
    const credentials = { accessKeyId: '111122223333', secretAccessKey: 'anything' }
    expect((await cairn.call('ListTrails', {}, { credentials })).status).toBe(200)
    expect(await cairn.records()).toMatchObject([{ recipientAccountId: '111122223333' }])
  })
})

describe('web pages', () => {
  test.each([
    ['a name of the attacker that points here', { host: 'evil.example' }],
    ['a foreign origin', { origin: 'https://evil.example' }],
  ])('%s is refused', async (_what, headers) => {
    await using cairn = await createTestInstallation()
    expect((await cairn.call('ListTrails', {}, { headers })).status).toBe(403)
  })

  test.each(['localhost', '[::1]:4577', 'bucket.localhost:4577', '192.0.2.1'])('%s is a name of ours', async (host) => {
    await using cairn = await createTestInstallation()
    expect((await cairn.call('ListTrails', {}, { headers: { host } })).status).toBe(200)
  })
})

describe('records', () => {
  test('a change is announced before and closed after, in one version step', async () => {
    await using cairn = await createTestInstallation({ mode: 'emulator' })
    await cairn.send({ method: 'PUT', path: '/audit', service: 's3' })
    await cairn.call('CreateTrail', { Name: 'main', S3BucketName: 'audit' })
    const { log } = cairn.storage
    const frames = await log.read(log.bounds().first, 1 << 30)
    const [intent, event] = frames.slice(-2)
    expect(intent).toMatchObject({ kind: 'intent' })
    expect(event).toMatchObject({ kind: 'event', closes: intent?.kind === 'intent' ? intent.intentId : '' })
    expect(event?.kind === 'event' && event.catalogVersionAfter).toBe((event?.catalogVersion ?? 0) + 1)
  })

  test('refused calls above the rate of their source become one counted record', async () => {
    await using cairn = await createTestInstallation({ 'limits.failedSignaturesPerMinute': '5' })
    for (let count = 0; count < 40; count += 1) await cairn.call('ListTrails', {}, { credentials: null })
    const own = (await cairn.records()).length
    expect(own).toBeGreaterThanOrEqual(5)
    // The calls may straddle a minute, which admits five more.
    expect(own).toBeLessThanOrEqual(10)
  })

  test('parameters too large for a record are left out of it and kept whole behind it, with their hash', async () => {
    await using cairn = await createTestInstallation()
    const body = JSON.stringify({ Name: 'x'.repeat(150_000) })
    await cairn.send({ body, headers: target('GetTrail') })
    const { log } = cairn.storage
    const [event, original] = (await log.read(log.bounds().first, 1 << 30)).map((frame) => ({
      kind: frame.kind,
      content: JSON.parse(new TextDecoder().decode(frame.bytes)) as Record<string, unknown>,
    }))
    expect(event?.content).toMatchObject({ requestParameters: { omitted: true } })
    expect(original).toMatchObject({ kind: 'original', content: { field: 'requestParameters' } })
    const kept = JSON.stringify(original?.content.content)
    expect(original?.content.sha256).toBe(createHash('sha256').update(kept).digest('hex'))
    expect(JSON.parse(kept)).toEqual({ name: 'x'.repeat(150_000) })
  })

  test('a data event that nobody selects is answered and not kept', async () => {
    await using cairn = await createTestInstallation()
    await cairn.send({ method: 'PUT', path: '/data', service: 's3' })
    const before = (await cairn.records()).length
    expect((await cairn.send({ method: 'GET', path: '/data', service: 's3' })).status).toBe(200)
    expect(await cairn.records()).toHaveLength(before)
  })
})
