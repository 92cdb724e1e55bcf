import { expect, test } from 'vitest'
import { createTestInstallation, type Sent, textOf } from './installation.fixture.ts'

const describeTrails: Sent = { body: '{}', headers: { 'x-amz-target': 'CloudTrail_20131101.DescribeTrails' } }

test('a source above its rate is refused in the words of the service it called, signed or not', async () => {
  await using cairn = await createTestInstallation({ 'limits.sourceRequestsPerSecond': '3' })
  for (let count = 0; count < 3; count += 1) expect((await cairn.send(describeTrails)).status).toBe(200)
  const refused = await cairn.send(describeTrails)
  expect({ status: refused.status, text: await textOf(refused) }).toMatchObject({
    status: 400,
    text: expect.stringContaining('ThrottlingException'),
  })
  const slowDown = await cairn.send({ method: 'GET', service: 's3', credentials: null })
  expect({ status: slowDown.status, text: await textOf(slowDown) }).toMatchObject({
    status: 503,
    text: expect.stringContaining('<Code>SlowDown</Code>'),
  })
})

test('an account above its rate is refused, and the other account is not', async () => {
  await using cairn = await createTestInstallation({
    'limits.accountRequestsPerSecond': '3',
    accounts: '222222222222',
  })
  const other = cairn.keys.accounts.find(({ account }) => account === '222222222222')?.admin
  for (let count = 0; count < 3; count += 1) expect((await cairn.send(describeTrails)).status).toBe(200)
  const refused = await cairn.send(describeTrails)
  expect(await textOf(refused)).toContain('ThrottlingException')
  expect((await cairn.send({ ...describeTrails, credentials: other ?? null })).status).toBe(200)
  expect((await cairn.records()).at(-2)).toMatchObject({
    errorCode: 'ThrottlingException',
    userIdentity: { type: 'IAMUser', userName: 'admin' },
  })
})

test('a forged signature costs the account it names nothing', async () => {
  await using cairn = await createTestInstallation({ 'limits.accountRequestsPerSecond': '3' })
  const credentials = { ...cairn.admin, secretAccessKey: 'x'.repeat(40) }
  for (let count = 0; count < 10; count += 1) await cairn.send({ ...describeTrails, credentials })
  expect((await cairn.send(describeTrails)).status).toBe(200)
})

test.each([
  ['limits.bodyBytesMax', '64KiB', { ...describeTrails, body: `{"x":"${'x'.repeat(70_000)}"}` }, 413],
  [
    'limits.objectBytesMax',
    '1MiB',
    { method: 'PUT', path: '/stage/key', service: 's3', body: 'x'.repeat(1_100_000) },
    400,
  ],
  ['limits.headersMax', '32', { ...describeTrails, headers: manyHeaders() }, 431],
] as const)('%s is honoured', async (setting, value, sent, status) => {
  await using cairn = await createTestInstallation({ [setting]: value })
  await cairn.send({ method: 'PUT', path: '/stage', service: 's3' })
  expect((await cairn.send(sent)).status).toBe(status)
})

function manyHeaders(): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`x-${index}`, 'y']))
}

test('an operation’s name that is a novel is short in the record', async () => {
  await using cairn = await createTestInstallation()
  await cairn.send({
    body: '{}',
    region: 'r'.repeat(5_000),
    headers: { 'x-amz-target': `Nothing.${'n'.repeat(5_000)}` },
  })
  const [record] = await cairn.records()
  expect(String(record?.eventName).length).toBe(128)
})
