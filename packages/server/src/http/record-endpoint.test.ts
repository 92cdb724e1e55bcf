import { expect, test } from 'vitest'
import { createTestInstallation, textOf } from './installation.fixture.ts'

const lookUp = { method: 'POST', path: '/_cairn/v1/lookup', service: 'cairn', body: '{}' }

async function* text(body: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(body)
}

test('a call of an own endpoint leaves one record, refused or not', async () => {
  await using cairn = await createTestInstallation()
  await textOf(await cairn.send({ ...lookUp, credentials: cairn.operator }))
  await textOf(await cairn.send({ ...lookUp, credentials: null }))
  await textOf(await cairn.send({ ...lookUp, path: '/_cairn/v1/import', credentials: cairn.admin }))
  expect(await cairn.records()).toMatchObject([
    { eventSource: 'cairn.internal', eventName: 'Lookup', userIdentity: { type: 'Operator' }, readOnly: true },
    { eventName: 'Lookup', userIdentity: { type: 'Unknown' }, errorCode: 'MissingAuthenticationTokenException' },
    { eventName: 'Import', errorCode: 'AccessDenied' },
  ])
})

test('a command that opens the directory itself leaves a record too', async () => {
  await using cairn = await createTestInstallation()
  await cairn.endpoint({
    method: 'POST',
    path: '/_cairn/v1/lookup',
    query: new URLSearchParams(),
    headers: {},
    body: text('{}'),
    signal: new AbortController().signal,
  })
  expect(await cairn.records()).toMatchObject([
    { eventName: 'Lookup', userIdentity: { type: 'Operator' }, sourceIPAddress: 'local' },
  ])
})

test('a call that changes something is announced before', async () => {
  await using cairn = await createTestInstallation()
  const body = JSON.stringify({})
  const sent = { method: 'POST', path: '/_cairn/v1/import', service: 'cairn', credentials: cairn.operator, body }
  await textOf(await cairn.send(sent))
  const { log } = cairn.storage
  const [intent, event] = await log.read(log.bounds().first, 1 << 30)
  expect(intent).toMatchObject({ kind: 'intent' })
  expect(event).toMatchObject({ kind: 'event', closes: intent?.kind === 'intent' ? intent.intentId : '' })
})
