import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CloudTrailClient,
  CreateChannelCommand,
  CreateEventDataStoreCommand,
  GetQueryResultsCommand,
  ListChannelsCommand,
  ListEventDataStoresCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudtrail'
import { signRequest } from '@cairn/aws-kit/sigv4'
import { fullSize } from '@cairn/testkit'
import { clients, programOf } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** Events from outside, from the guide's scripts to the rows of a query, also when the server is killed meanwhile. */

const account = '123456789012'
const found = clients()

let folder: ReturnType<typeof temporaryFolder>
let cairn: RunningCairn
beforeEach(async () => {
  folder = temporaryFolder()
  cairn = await startCairn({ dataDir: join(folder.path, 'data') })
})
afterEach(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const credentials = () => ({
  accessKeyId: cairn.environment.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: cairn.environment.AWS_SECRET_ACCESS_KEY ?? '',
})
const cloudTrail = () =>
  new CloudTrailClient({ region: 'us-east-1', endpoint: cairn.endpoint, credentials: credentials() })

/** The rows of a statement about a store. */
async function rowsOf(statement: string, store: string): Promise<readonly (readonly string[])[]> {
  const client = cloudTrail()
  const QueryStatement = statement.replace('$EDS_ID', store.slice(-36))
  const { QueryId } = await client.send(new StartQueryCommand({ QueryStatement }))
  for (;;) {
    const answer = await client.send(new GetQueryResultsCommand({ QueryId, MaxQueryResults: 1000 }))
    const { QueryStatus: status, QueryResultRows: rows = [] } = answer
    if (status === 'FINISHED') return rows.map((row) => row.map((cell) => Object.values(cell)[0] ?? ''))
    if (status !== 'QUEUED' && status !== 'RUNNING') throw new RangeError(`${status}: ${answer.ErrorMessage}`)
    await sleep(50)
  }
}

describe('the guide', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/outside-events.md'), 'utf8')
  const blocks = new Map(
    [...guide.matchAll(/```\w+ id=(\S+)\n([\s\S]*?)```/g)].map(([, id = '', text = '']) => [id, text]),
  )
  const block = (id: string) => blocks.get(id) ?? expect.fail(`the guide has no block ${id}`)

  const githubLog = [
    {
      '@timestamp': 1_775_000_000_000,
      _document_id: 'd-1',
      action: 'repo.destroy',
      actor: 'octocat',
      actor_id: 1,
      repo: 'org/a',
    },
    {
      '@timestamp': 1_775_000_001_000,
      _document_id: 'd-2',
      action: 'org.add_member',
      actor: null,
      actor_ip: '192.0.2.9',
    },
  ]
  const oktaLog = [
    {
      uuid: 'u-1',
      published: '2026-04-01T10:00:00.123Z',
      eventType: 'user.session.start',
      actor: { id: '00u1', type: 'User', alternateId: 'ana@example.com', displayName: 'Ana' },
      client: { ipAddress: '2001:db8::7', userAgent: { rawUserAgent: 'Mozilla/5.0' } },
      outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
      target: null,
    },
  ]

  test.skipIf(found.aws2.kind === 'absent' || found.python.kind === 'absent')(
    'its scripts send the events of three sources, and its question finds them',
    { timeout: 120_000 },
    async () => {
      for (const [id, text] of blocks) if (id.endsWith('.py')) writeFileSync(join(folder.path, id), text)
      const aws = programOf(found.aws2)
      const python = programOf(found.python)
      const setup = await runShell(block('setup').replaceAll('$(aws ', `$(${aws} `))
      const [store = '', channel = ''] = setup.trim().split(' ')
      const send = (script: string, input: object = []) =>
        runShell(`"${python}" ${script} ${channel}`, JSON.stringify(input))
      expect(await send('application.py')).toBe('2 taken, 0 refused\n')
      expect(await send('github.py', githubLog)).toBe('2 taken, 0 refused\n')
      expect(await send('identity_provider.py', oktaLog)).toBe('1 taken, 0 refused\n')
      // Fetched again, as the guide says.
      expect(await send('github.py', githubLog)).toBe('2 taken, 0 refused\n')
      await sleep(2_000)
      expect(await rowsOf(block('question'), store)).toEqual([
        ['github.com', 'github', 'org.add_member', ''],
        ['github.com', 'octocat', 'repo.destroy', ''],
        ['okta.com', 'ana@example.com', 'user.session.start', 'FAILURE'],
        ['shop.example.com', 'alice', 'CancelOrder', ''],
        ['shop.example.com', 'mallory', 'CancelOrder', 'NotYourOrder'],
      ])
    },
  )

  async function runShell(script: string, input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { cwd: folder.path, env: { ...cairn.environment } }
      const child = execFile('sh', ['-euc', script], options, (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new TypeError(stderr, { cause: error })),
      )
      child.stdin?.end(input)
    })
  }
})

describe('SIGKILL', () => {
  const senders = 6
  const eventOf = (UID: string) => ({
    id: UID,
    eventData: JSON.stringify({
      version: '1.0',
      userIdentity: { type: 'User', principalId: 'alice' },
      eventSource: 'shop.example.com',
      eventName: 'Buy',
      eventTime: '2026-03-04T05:06:07Z',
      UID,
      recipientAccountId: account,
    }),
  })

  async function put(channel: string, UIDs: readonly string[]): Promise<readonly string[]> {
    const body = JSON.stringify({ auditEvents: UIDs.map(eventOf) })
    const query = `channelArn=${encodeURIComponent(channel)}`
    const { headers } = signRequest({
      method: 'POST',
      path: '/PutAuditEvents',
      query,
      headers: { host: new URL(cairn.endpoint).host, 'content-type': 'application/json' },
      payload: Buffer.from(body),
      service: 'cloudtrail-data',
      region: 'us-east-1',
      credentials: credentials(),
      nowMs: Date.now(),
    })
    const answer = await fetch(`${cairn.endpoint}/PutAuditEvents?${query}`, {
      method: 'POST',
      headers: { ...headers },
      body,
    })
    const { successful } = (await answer.json()) as { successful: { id: string; eventID: string }[] }
    return successful.map(({ id, eventID }) => `${id} ${eventID}`)
  }

  /** Sends until the server is gone. Returns what was answered, and every batch that was sent. */
  async function sendUntilKilled(channel: string, round: number) {
    const answered: string[] = []
    const sent: (readonly string[])[] = []
    const worker = async (id: number) => {
      for (let count = 0; ; count += 1) {
        const batch = Array.from({ length: 20 }, (_, index) => `${round}-${id}-${count}-${index}`)
        sent.push(batch)
        const taken = await put(channel, batch).catch(() => undefined)
        if (taken === undefined) return
        answered.push(...taken)
      }
    }
    await Promise.all(Array.from({ length: senders }, (_, id) => worker(id)))
    return { answered, sent }
  }

  test('at any moment: what was answered is there, and after everything is sent again each event is there once', {
    timeout: fullSize(180_000, 900_000),
  }, async () => {
    const client = cloudTrail()
    const selector = { FieldSelectors: [{ Field: 'eventCategory', Equals: ['ActivityAuditLog'] }] }
    const { EventDataStoreArn: store = '' } = await client.send(
      new CreateEventDataStoreCommand({ Name: 'outside', AdvancedEventSelectors: [selector] }),
    )
    const { ChannelArn: channel = '' } = await client.send(
      new CreateChannelCommand({
        Name: 'orders',
        Source: 'Custom',
        Destinations: [{ Type: 'EVENT_DATA_STORE', Location: store }],
      }),
    )
    const answered = new Set<string>()
    const sent: (readonly string[])[] = []
    for (let round = 0; round < fullSize(2, 20); round += 1) {
      const sending = sendUntilKilled(channel, round)
      await sleep(300 + 150 * round)
      await cairn.kill()
      const outcome = await sending
      for (const one of outcome.answered) answered.add(one)
      sent.push(...outcome.sent)
      cairn = await startCairn({ dataDir: join(folder.path, 'data') })
      const { EventDataStores } = await cloudTrail().send(new ListEventDataStoresCommand({}))
      expect(EventDataStores).toEqual([{ EventDataStoreArn: store, Name: 'outside' }])
      const { Channels } = await cloudTrail().send(new ListChannelsCommand({}))
      expect(Channels).toEqual([{ ChannelArn: channel, Name: 'orders' }])
    }
    const again = new Set<string>()
    const resend = async (from: number) => {
      for (const batch of sent.filter((_, index) => index % senders === from)) {
        for (const one of await put(channel, batch)) again.add(one)
      }
    }
    // Each with one connection: a source may not have as many as there are batches.
    await Promise.all(Array.from({ length: senders }, (_, from) => resend(from)))
    // The same ids as the first time.
    expect([...answered].filter((one) => !again.has(one))).toEqual([])
    await sleep(2_000)
    const counts = 'SELECT count(*), count(DISTINCT eventId), count(DISTINCT eventData.uid) FROM $EDS_ID'
    const all = String(sent.flat().length)
    expect(await rowsOf(counts, store)).toEqual([[all, all, all]])
  })
})
