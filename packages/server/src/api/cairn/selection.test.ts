import { describe, expect, test } from 'vitest'
import { createTestInstallation } from '../../http/installation.fixture.ts'
import type { ExplainedEvent } from '../../trails/index.ts'

/** An installation with the trail `main` on the bucket `audit`, and the answers of Cairn's own endpoints. */
async function createSelectionCaller() {
  const cairn = await createTestInstallation({ mode: 'emulator' })
  await cairn.send({ method: 'PUT', path: '/audit', service: 's3' })
  await cairn.call('CreateTrail', { Name: 'main', S3BucketName: 'audit' })

  async function ask(method: 'GET' | 'POST', path: string, query: Record<string, string>, body = '') {
    const answer = await cairn.endpoint({
      method,
      path,
      query: new URLSearchParams(query),
      headers: {},
      body: (async function* () {
        yield Buffer.from(body)
      })(),
      signal: new AbortController().signal,
    })
    let text = ''
    if (typeof answer.body === 'string') text = answer.body
    else for await (const part of answer.body) text += part
    const lines = text.trimEnd().split('\n')
    return { status: answer.status, last: JSON.parse(lines.at(-1) ?? '') }
  }

  /** The explanation of the newest call of this name, as soon as it can be found. */
  async function explain(eventName: string, trail?: string): Promise<ExplainedEvent> {
    const eventId = (await cairn.records()).filter((record) => record.eventName === eventName).at(-1)?.eventID
    const query = { event: String(eventId), ...(trail && { trail }) }
    await expect
      .poll(async () => (await ask('GET', '/_cairn/v1/explain', query)).last.events.length, { interval: 10 })
      .toBe(1)
    return (await ask('GET', '/_cairn/v1/explain', query)).last.events[0]
  }
  const trySelectors = (body: object) => ask('POST', '/_cairn/v1/selectors/try', {}, JSON.stringify(body))
  return { ...cairn, ask, explain, trySelectors }
}

describe('explaining an event', () => {
  test('the call that starts a trail is taken by it; those before were not', async () => {
    await using cairn = await createSelectionCaller()
    await cairn.call('ListTrails', {})
    await cairn.call('StartLogging', { Name: 'main' })
    expect(await cairn.explain('StartLogging')).toMatchObject({
      eventName: 'StartLogging',
      asOf: 'then',
      trails: [{ name: 'main', isSelected: true, obstacles: [], selectors: [{ matches: true }] }],
    })
    expect(await cairn.explain('ListTrails', 'main')).toMatchObject({
      trails: [{ isSelected: false, obstacles: ['the trail was not logging'] }],
    })
  })

  test('each field of each selector says why', async () => {
    await using cairn = await createSelectionCaller()
    await cairn.call('StartLogging', { Name: 'main' })
    await cairn.call('PutEventSelectors', { TrailName: 'main', EventSelectors: [{ ReadWriteType: 'WriteOnly' }] })
    await cairn.call('ListTrails', {})
    const { trails } = await cairn.explain('ListTrails')
    expect(trails).toEqual([
      {
        trail: 'arn:aws:cloudtrail:us-east-1:123456789012:trail/main',
        name: 'main',
        isSelected: false,
        obstacles: [],
        selectors: [
          {
            matches: false,
            reasons: [
              'eventCategory is Management: taken by equals Management',
              'readOnly is true: not what is wanted',
            ],
          },
        ],
      },
    ])
  })

  test('another region, and a trail that came later', async () => {
    await using cairn = await createSelectionCaller()
    await cairn.call('StartLogging', { Name: 'main' })
    await cairn.call('ListTrails', {}, { region: 'eu-west-1' })
    await cairn.call('CreateTrail', { Name: 'late', S3BucketName: 'audit' })
    const obstaclesOf = async (trail: string) => (await cairn.explain('ListTrails', trail)).trails[0]?.obstacles
    expect(await obstaclesOf('main')).toEqual(['the trail takes events of us-east-1 only, this one is of eu-west-1'])
    expect(await obstaclesOf('late')).toEqual(['the trail did not exist yet when the event was accepted'])
    expect((await cairn.explain('ListTrails', 'nobody')).trails).toEqual([])
  })

  test('an id that no event has gives no events, and no id at all is refused', async () => {
    await using cairn = await createSelectionCaller()
    expect((await cairn.ask('GET', '/_cairn/v1/explain', { event: 'unheard-of' })).last).toEqual({ events: [] })
    expect((await cairn.ask('GET', '/_cairn/v1/explain', {})).status).toBe(400)
  })
})

describe('trying selectors', () => {
  test('counts each kind, seen and kept', async () => {
    await using cairn = await createSelectionCaller()
    await cairn.call('ListTrails', {})
    await cairn.call('ListTrails', {})
    const writes = { selectors: [{ ReadWriteType: 'WriteOnly' }] }
    const source = 'cloudtrail.amazonaws.com'
    // Each try is an event, too, so the sum over all kinds grows while this waits for the index.
    await expect
      .poll(async () => (await cairn.trySelectors(writes)).last.summary.kinds, { interval: 10, timeout: 8_000 })
      .toContainEqual({ category: 'Management', source, name: 'ListTrails', seen: 2, kept: 0 })
    const { kinds, kept, end } = (await cairn.trySelectors(writes)).last.summary
    expect({ kept, end }).toEqual({ kept: 2, end: 'complete' })
    expect(kinds).toContainEqual({ category: 'Management', source, name: 'CreateTrail', seen: 1, kept: 1 })
  })

  test.each([
    [[{ ReadWriteTypes: 'WriteOnly' }], 'ReadWriteTypes is no member of event selectors'],
    [
      [{ FieldSelectors: [{ Field: 'eventCategory', Equal: ['Management'] }] }],
      'Equal is no member of event selectors',
    ],
  ])('a member that is misspelt is no member that is passed over: %j', async (selectors, message) => {
    await using cairn = await createSelectionCaller()
    expect(await cairn.trySelectors({ selectors })).toMatchObject({ status: 400, last: { message } })
  })

  const advanced = [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }]
  test.each([
    ['a list of advanced ones', advanced],
    ['what get-event-selectors prints', { TrailARN: 'arn', AdvancedEventSelectors: advanced }],
    ['basic ones under their name', { EventSelectors: [{}] }],
  ])('reads %s', async (_what, selectors) => {
    await using cairn = await createSelectionCaller()
    expect((await cairn.trySelectors({ selectors })).last).toHaveProperty('summary.kept')
  })

  test.each([
    ['no selectors', {}],
    ['selectors of the wrong shape', { selectors: { EventSelectors: 'all' } }],
    ['selectors AWS refuses', { selectors: [{ ReadWriteType: 'Some' }] }],
    ['rules AWS has', { selectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Insight'] }] }] }],
    ['a range that is none', { selectors: [{}], since: 'then' }],
    ['a member nobody knows', { selectors: [{}], color: 'red' }],
  ])('%s: refused in words', async (_what, body) => {
    await using cairn = await createSelectionCaller()
    const { status, last } = await cairn.trySelectors(body)
    expect(status).toBe(400)
    expect(last).toMatchObject({ code: 'InvalidSelectors', message: expect.stringMatching(/\w+ \w+/) })
  })
})
