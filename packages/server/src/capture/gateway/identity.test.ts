import { expect, test } from 'vitest'
import { exchange, type SeenRecord, startGateway } from './gateway.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'

const list = { headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, body: '{}' }
const keyed = (accessKeyId: string, sessionToken?: string) => ({
  ...list,
  credentials: {
    accessKeyId,
    secretAccessKey: 'the upstream knows',
    ...(sessionToken !== undefined && { sessionToken }),
  },
})

function seen(record: SeenRecord | undefined) {
  return {
    userIdentity: record?.userIdentity,
    account: record?.recipientAccountId,
    identity: record?.additionalEventData?.identity,
  }
}

function webToken(subject: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256' })}.${part({ sub: subject })}.c2ln`
}

test('a key of the configuration is who the configuration says, and the record says that it was told so', async () => {
  await using upstream = await startUpstream()
  const identities = [
    { accessKeyId: 'AKIACI', account: '111111111111', user: 'ci' },
    { subject: 'repo:app', account: '111111111111', role: 'deployer', session: 'run-7' },
  ]
  const flags = { accounts: '111111111111', 'capture.identities': JSON.stringify(identities) }
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`, flags)
  await gateway.send(keyed('AKIACI'))
  await gateway.send(keyed('TEMPORARY', webToken('repo:app')))
  const bearer = { host: 'localhost', authorization: `Bearer ${webToken('repo:app')}`, ...list.headers }
  await exchange({ ...list, headers: bearer }, gateway.port)
  const [user, session, bearing] = await gateway.records()
  expect(seen(user)).toEqual({
    userIdentity: {
      type: 'IAMUser',
      arn: 'arn:aws:iam::111111111111:user/ci',
      accountId: '111111111111',
      accessKeyId: 'AKIACI',
      userName: 'ci',
    },
    account: '111111111111',
    identity: { toldBy: 'configuration', checkedBy: 'upstream' },
  })
  expect(seen(session)).toMatchObject({
    userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::111111111111:assumed-role/deployer/run-7' },
  })
  expect(seen(bearing)).toMatchObject({ userIdentity: { type: 'AssumedRole' } })
})

test('paths are no part of names, and a subject that stands for a session is one part of its ARN', async () => {
  await using upstream = await startUpstream()
  const account = '111111111111'
  const identities = [
    { accessKeyId: 'AKIACI', account, user: 'team/ci' },
    { subject: 'repo:org/app:ref:main', account, role: 'team/deployer' },
  ]
  const flags = { accounts: account, 'capture.identities': JSON.stringify(identities) }
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`, flags)
  await gateway.send(keyed('AKIACI'))
  await gateway.send(keyed('TEMPORARY', webToken('repo:org/app:ref:main')))
  const [user, session] = await gateway.records()
  expect(user?.userIdentity).toMatchObject({ arn: 'arn:aws:iam::111111111111:user/team/ci', userName: 'ci' })
  expect(session?.userIdentity).toMatchObject({
    arn: 'arn:aws:sts::111111111111:assumed-role/deployer/repo-org-app-ref-main',
    sessionContext: {
      sessionIssuer: { arn: 'arn:aws:iam::111111111111:role/team/deployer', userName: 'deployer' },
    },
  })
})

test('a key that only tells its account is Unknown in that account, recorded in our own', async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`)
  await gateway.send(keyed('ASIAY34FZKBOKMUTVV7A'))
  expect(seen((await gateway.records())[0])).toEqual({
    userIdentity: { type: 'Unknown', accountId: '609629065308', accessKeyId: 'ASIAY34FZKBOKMUTVV7A' },
    account: gateway.config.account,
    identity: { toldBy: 'key', checkedBy: 'upstream' },
  })
})

test('what nobody knows is Unknown, never a guess', async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`)
  await gateway.send(keyed('test'))
  await gateway.send({ ...list, credentials: null })
  expect((await gateway.records()).map(seen)).toEqual([
    {
      userIdentity: { type: 'Unknown', accessKeyId: 'test' },
      account: gateway.config.account,
      identity: { toldBy: 'none', checkedBy: 'upstream' },
    },
    {
      userIdentity: { type: 'Unknown' },
      account: gateway.config.account,
      identity: { toldBy: 'none', checkedBy: 'upstream' },
    },
  ])
})

test("a key of Cairn's under a signature that is not its owner's is not its owner", async () => {
  await using upstream = await startUpstream()
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`)
  await gateway.send({ ...list, credentials: { ...gateway.admin, secretAccessKey: 'guessed' } })
  const [record] = await gateway.records()
  expect(record?.userIdentity).toMatchObject({ accessKeyId: gateway.admin.accessKeyId })
  expect(record?.userIdentity).not.toHaveProperty('userName')
})

test('an identity that the upstream refuses is not recorded as its own, and everybody is told what to do', async () => {
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' })
    response.end('{"__type":"UnrecognizedClientException","message":"no such key"}')
  })
  const identities = JSON.stringify([{ accessKeyId: 'AKIACI', account: '123456789012', user: 'ci' }])
  await using gateway = await startGateway(`dynamodb=${upstream.endpoint}`, { 'capture.identities': identities })
  const { status, headers, body } = await gateway.send(keyed('AKIACI'))
  expect(status).toBe(403)
  expect(String(body)).toContain('no such key')
  expect(headers['x-cairn-hint']).toContain('sign=pass')
  expect(gateway.log).toMatchObject([{ event: 'upstream does not know the key', accessKeyId: 'AKIACI', mode: 'pass' }])
  expect(await gateway.records()).toMatchObject([
    { errorCode: 'UnrecognizedClientException', userIdentity: { type: 'Unknown', accessKeyId: 'AKIACI' } },
  ])
})
