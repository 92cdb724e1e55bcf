import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createTestInstallation, textOf } from '../../http/installation.fixture.ts'

/** An installation and how to ask it for originals, once its index has caught up. */
async function prepare() {
  const cairn = await createTestInstallation()
  const ask = async (event: string, credentials = cairn.operator) => {
    const { log, history } = cairn.storage
    await history.advance(log.bounds().end)
    const query = new URLSearchParams({ event }).toString()
    const answer = await cairn.send({
      method: 'GET',
      path: '/_cairn/v1/originals',
      query,
      service: 'cairn',
      credentials,
    })
    return { status: answer.status, text: await textOf(answer) }
  }
  const eventIds = async () => (await cairn.records()).map(({ eventID }) => String(eventID))
  return { cairn, ask, eventIds }
}

test('what a record had to leave out is given back whole, and its hash is that of the text it came in', async () => {
  const { cairn, ask, eventIds } = await prepare()
  await using _ = cairn
  const name = '='.repeat(150_000)
  await cairn.call('GetTrail', { Name: name })
  await cairn.call('GetTrail', { Name: 'short' })
  const [large = '', small = ''] = await eventIds()
  const { status, text } = await ask(large)
  expect(status).toBe(200)
  const [, sha256, content = ''] =
    /^\{"field":"requestParameters","sha256":"(\w+)","content":(.*)\}\n$/.exec(text) ?? []
  expect(JSON.parse(content)).toEqual({ name })
  expect(sha256).toBe(createHash('sha256').update(content).digest('hex'))
  expect(await ask(small)).toEqual({ status: 200, text: '' })
})

test('an id that no event has, and a missing one, are told apart from a whole record', async () => {
  const { cairn, ask } = await prepare()
  await using _ = cairn
  expect(await ask('nobody')).toMatchObject({ status: 400, text: expect.stringContaining('UnknownEvent') })
  expect(await ask('')).toMatchObject({ status: 400, text: expect.stringContaining('InvalidQuestion') })
})

test('accounts may not ask: what was left out may be of any of them', async () => {
  const { cairn, ask } = await prepare()
  await using _ = cairn
  expect((await ask('any', cairn.admin)).status).toBe(403)
})

test('what policies were told of a call for event data stores is no part of its record, and not given back', async () => {
  const { cairn, ask, eventIds } = await prepare()
  await using _ = cairn
  const { body } = await cairn.call('CreateEventDataStore', { Name: 'enriched' })
  await cairn.call('PutEventConfiguration', {
    EventDataStore: body.EventDataStoreArn,
    MaxEventSize: 'Large',
    ContextKeySelectors: [{ Type: 'RequestContext', Equals: ['aws:username'] }],
  })
  await cairn.call('ListTrails', {})
  const { log } = cairn.storage
  const kinds = (await log.read(log.bounds().first, 1 << 30)).map(({ kind }) => kind)
  expect(kinds.slice(-2)).toEqual(['event', 'original'])
  expect(await ask((await eventIds()).at(-1) ?? '')).toEqual({ status: 200, text: '' })
})
