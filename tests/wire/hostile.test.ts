import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fullSize } from '@cairn/testkit'
import { openRawConnection, type RawConnection } from '@cairn/testkit/raw-connection'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, type Message, signedMessage, trailCall } from './signed-message.ts'

/**
 * One real server under every kind of attack at once, from the address 127.0.0.1 and with the keys of one account,
 * while a neighbour with another account at 127.0.0.2 works on.
 */

const account = '123456789012'
const neighbourAccount = '222222222222'
const folder = temporaryFolder()
const dataDir = join(folder.path, 'data')
type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string }
let cairn: RunningCairn
let keys: Map<string, Keys>
let allSecrets: string[]
let host: string
let neighbour: ReturnType<typeof startNeighbour>
let residentBefore: number

const limits = {
  'limits-body-bytes-max': '64KiB',
  'limits-object-bytes-max': '1MiB',
  'limits-headers-timeout': '1s',
  'limits-request-timeout': '1s',
  'limits-idle-timeout': '1s',
  'limits-connections-per-source-max': '100',
  'limits-failed-signatures-per-minute': '20',
  'log-level': 'debug',
  accounts: neighbourAccount,
}

beforeAll(async () => {
  const args = Object.entries(limits).flatMap(([name, value]) => [`--${name}`, value])
  cairn = await startCairn({ dataDir, args })
  host = new URL(cairn.endpoint).host
  const { accounts } = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8'))
  keys = new Map(accounts.map((one: { account: string; admin: Keys }) => [one.account, one.admin]))
  allSecrets = accounts.flatMap((one: { admin: Keys; root: Keys }) => [
    one.admin.secretAccessKey,
    one.root.secretAccessKey,
  ])
  await send({ method: 'PUT', path: '/stage', service: 's3' })
  residentBefore = await residentMiB()
  neighbour = startNeighbour()
})
afterAll(async () => {
  await cairn?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const keysOf = (owner: string): Keys => keys.get(owner) ?? { accessKeyId: '', secretAccessKey: '' }
const signed = (message: Message, owner = account) => signedMessage(message, keysOf(owner), host)
const statuses = new Map<number, number>()
async function send(message: Message) {
  const answer = await ask(cairn.endpoint, signed(message))
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
  return answer
}
const connections = (count: number): Promise<RawConnection[]> =>
  Promise.all(Array.from({ length: count }, () => openRawConnection(cairn.endpoint)))

/** Makes calls one after the other until it is stopped. */
function startNeighbour() {
  const answers: number[] = []
  let isStopped = false
  async function run() {
    while (!isStopped) {
      const call = signed(trailCall('DescribeTrails', '{}'), neighbourAccount)
      answers.push((await ask(cairn.endpoint, call, '127.0.0.2')).status)
      await sleep(20)
    }
    return answers
  }
  const running = run()
  running.catch(() => undefined)
  return {
    answers,
    stop() {
      isStopped = true
      return running
    },
  }
}

async function residentMiB(): Promise<number> {
  const { pid } = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as { pid: number }
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'VmRSS: 0 kB')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}

describe('bodies above the limit are refused in the words of the service', () => {
  const big = 'x'.repeat(3_000_000)
  test.each<[string, Message, number, string]>([
    ['CloudTrail', trailCall('CreateTrail', `{"Name":"${big}"}`), 413, 'RequestEntityTooLargeException'],
    [
      'STS',
      {
        service: 'sts',
        body: `Action=GetCallerIdentity&x=${big}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      413,
      '<Code>RequestEntityTooLarge</Code>',
    ],
    [
      'a document of S3',
      { service: 's3', method: 'PUT', path: '/stage', query: 'tagging=', body: big },
      400,
      '<Code>MaxMessageLengthExceeded</Code>',
    ],
    [
      'an upload to S3',
      { service: 's3', method: 'PUT', path: '/stage/big', body: big },
      400,
      '<Code>EntityTooLarge</Code>',
    ],
    [
      'an upload to S3 that hides its length',
      {
        service: 's3',
        method: 'PUT',
        path: '/stage/big',
        payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        headers: { 'x-amz-decoded-content-length': '100000' },
        body: `20000\r\n${big}`,
      },
      400,
      '<Code>InvalidRequest</Code>',
    ],
  ])('%s', async (_service, message, status, code) => {
    const answer = await send(message)
    expect(answer).toMatchObject({ status, text: expect.stringContaining(code) })
  })

  test('and their calls are recorded', async () => {
    await expect
      .poll(async () => (await lookUp('CreateTrail'))[0])
      .toMatchObject({
        errorCode: 'RequestEntityTooLargeException',
        userIdentity: { type: 'Unknown' },
      })
  })
})

describe('headers', () => {
  test('10,000 of them', async () => {
    const answer = await ask(cairn.endpoint, `GET / HTTP/1.1\r\nHost: ${host}\r\n${'a: b\r\n'.repeat(10_000)}\r\n`)
    expect(answer.status).toBe(431)
  })

  test('more of them than are read', async () => {
    const lines = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-${index}`, 'y']))
    const answer = await send({
      ...trailCall('DescribeTrails', '{}'),
      headers: { ...lines, ...trailCall('', '').headers },
    })
    expect(answer.status).toBe(431)
    expect(answer.text).toContain('RequestHeaderSectionTooLargeException')
  })

  test('one of a megabyte', async () => {
    const answer = await ask(cairn.endpoint, `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${'x'.repeat(1_000_000)}\r\n\r\n`)
    expect(answer.status).toBe(431)
  })
})

describe('slow clients', () => {
  test('are refused at their deadline: headers, bodies and uploads that trickle or stand still', async () => {
    const clients = await connections(60)
    const upload = signed({ service: 's3', method: 'PUT', path: '/stage/slow', body: 'abcdef', length: 60 })
    const call = signed({ ...trailCall('DescribeTrails', '{'), length: 60 })
    for (const [index, client] of clients.entries()) {
      client.send([`GET / HTTP/1.1\r\nHost: ${host}\r\nX: `, call, upload][index % 3] ?? '')
    }
    const trickle = setInterval(() => {
      for (const [index, client] of clients.entries()) if (index % 3 < 2) client.send('x')
    }, 200)
    try {
      const answers = await Promise.all(clients.map((client) => client.until(/^HTTP\/1\.1 \d+ [\s\S]*?\r\n\r\n/)))
      const found = (status: number) => answers.filter((text) => text.startsWith(`HTTP/1.1 ${status} `)).length
      expect({ 408: found(408), 400: found(400) }).toEqual({ 408: 40, 400: 20 })
      expect(clients[2]?.received()).toContain('<Code>RequestTimeout</Code>')
    } finally {
      clearInterval(trickle)
      for (const client of clients) client[Symbol.dispose]()
    }
  })
})

describe('numbers', () => {
  const timeout = fullSize(60_000, 900_000)
  test('tiny requests without a signature are all answered and hardly recorded', { timeout }, async () => {
    const count = fullSize(10_000, 1_000_000)
    const request = Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    const batch = Buffer.concat(Array.from({ length: 50 }, () => request))
    const answers = await Promise.all(Array.from({ length: 20 }, () => flood(batch, count / 20)))
    expect(answers.reduce((sum, each) => sum + each)).toBe(count)
    const refused = (await lookUp('ListBuckets')).filter(({ errorCode }) => errorCode === 'AccessDenied')
    // Twenty a minute; the flood may straddle some minutes, each of which then has one that counts the others.
    expect(refused.length).toBeLessThanOrEqual(21 * fullSize(2, 60))
  })

  test('connections above the share of a source are cut', async () => {
    const clients = await connections(150)
    await expect.poll(async () => (await Promise.all(clients.map(isCut))).filter((cut) => cut).length).toBe(50)
    for (const client of clients) client[Symbol.dispose]()
    // Until the server has seen them leave, whoever comes next from here would be cut too: it answers others afterwards.
    await sleep(100)
    for (let count = 0; count < 3; count += 1) {
      await ask(cairn.endpoint, signed(trailCall('DescribeTrails', '{}'), neighbourAccount), '127.0.0.2')
    }
  })
})

/** Sends a batch of 50, counts the answers, sends the next. */
async function flood(batch: Uint8Array, requests: number): Promise<number> {
  const socket = connect(Number(new URL(cairn.endpoint).port), '127.0.0.1')
  let answers = 0
  let rest = ''
  let sent = 0
  const next = () => {
    sent += 50
    socket.write(batch)
  }
  next()
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    const text = rest + chunk.toString('latin1')
    const parts = text.split('HTTP/1.1 403 ')
    answers += parts.length - 1
    // A status line may be cut in two by the end of a chunk.
    rest = (parts.at(-1) ?? '').slice(-12)
    if (answers >= requests) break
    if (answers >= sent) next()
  }
  return answers
}

async function isCut(client: RawConnection): Promise<boolean> {
  return client.closed(1).then(
    () => true,
    () => false,
  )
}

describe('documents', () => {
  const deepJson = '{"a":'.repeat(10_000)
  const deepXml = '<a>'.repeat(20_000)
  const entities = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><Tagging>&c;</Tagging>'
  test.each<[string, Message]>([
    ['JSON of great depth', trailCall('CreateTrail', deepJson)],
    ['arrays of great depth', trailCall('CreateTrail', '['.repeat(60_000))],
    ['a number without end', trailCall('LookupEvents', `{"MaxResults":${'9'.repeat(60_000)}}`)],
    ['JSON that is no UTF-8', trailCall('GetTrail', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]))],
    ['names of prototypes', trailCall('GetTrail', '{"__proto__":{"Name":"x"},"constructor":1}')],
    ['XML of great depth', { service: 's3', method: 'PUT', path: '/stage', query: 'tagging=', body: deepXml }],
    ['XML with entities', { service: 's3', method: 'PUT', path: '/stage', query: 'tagging=', body: entities }],
    [
      'a form of thousands',
      { service: 'iam', body: 'a=&'.repeat(20_000), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['a policy of great depth', { service: 's3', method: 'PUT', path: '/stage', query: 'policy=', body: deepJson }],
  ])('%s: refused, not suffered', async (_what, message) => {
    const { status } = await send(message)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })
})

describe('names', () => {
  const climbs = ['../../escape', '..', '....//escape', '/etc/escape', '..\\..\\escape', '.\u0000escape', 'C:\\escape']
  const raw = [
    '%2e%2e%2f%2e%2e%2fescape',
    '..%2f..%2fescape',
    '%00',
    '%ff%fe',
    '%zz',
    '%',
    '..;/escape',
    '%c0%ae%c0%ae%2fescape',
  ]

  test('of trails, buckets and keys that climb reach nothing outside the data directory', async () => {
    const before = await namesAbove()
    for (const name of climbs) {
      const trail = JSON.stringify({ Name: name, S3BucketName: name, S3KeyPrefix: name })
      expect((await send(trailCall('CreateTrail', trail))).status).toBe(400)
    }
    const answers = new Set<number>()
    for (const name of [...raw, '../../escape', '..', './.', '//']) {
      for (const path of [`/${name}`, `/stage/${name}`, `/${name}/stage`, `/stage/a/${name}/b`]) {
        for (const method of ['PUT', 'GET', 'DELETE'])
          answers.add((await send({ service: 's3', method, path, body: '' })).status)
      }
    }
    expect([...answers].filter((status) => status >= 500)).toEqual([])
    expect(await namesAbove()).toEqual(before)
    expect((await send({ service: 's3', method: 'GET', path: '/stage', query: '' })).status).toBe(200)
  })

  /** Everything that lies beside the data directory, and at its top. */
  async function namesAbove(): Promise<readonly string[]> {
    return [...(await readdir(folder.path)), ...(await readdir(dataDir))].sort()
  }
})

describe('clients that leave half-way', () => {
  test('leave nothing of an upload', async () => {
    for (const cutAt of [0, 10_000]) {
      using client = await openRawConnection(cairn.endpoint)
      client.send(
        signed({
          service: 's3',
          method: 'PUT',
          path: '/stage/half',
          body: 'x'.repeat(cutAt),
          length: 500_000,
          payloadHash: 'UNSIGNED-PAYLOAD',
        }),
      )
      await sleep(100)
    }
    await sleep(100)
    expect((await send({ service: 's3', method: 'GET', path: '/stage/half' })).status).toBe(404)
    const left = await readdir(join(dataDir, 'buckets'), { recursive: true })
    expect(left.filter((name) => /half|tmp\//.test(name))).toEqual([])
  })
})

describe('afterwards', () => {
  test('the neighbour was served all the time', async () => {
    const answers = await neighbour.stop()
    expect(answers.length).toBeGreaterThan(20)
    expect(new Set(answers)).toEqual(new Set([200]))
  })

  test('nothing broke inside, and memory stayed flat', async () => {
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([])
    const metrics = (await ask(cairn.endpoint, `GET /_cairn/metrics HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).text
    expect(metrics).toMatch(/^cairn_broken_calls_total 0$/m)
    expect(metrics).toMatch(/^cairn_connections_refused_total\{reason="connections-of-source"\} 50$/m)
    // What V8 keeps of a heap that was busy; everything that was sent at once would be several times as much.
    expect((await residentMiB()) - residentBefore).toBeLessThan(200)
  })

  test('the log is one JSON line an entry, and no secret, signature or token is in it', async () => {
    const lines = cairn.log().trim().split('\n')
    expect(lines.length).toBeGreaterThan(100)
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
    expect(allSecrets.filter((secret) => cairn.log().includes(secret))).toEqual([])
    expect(cairn.log()).not.toMatch(/Signature=|[0-9a-f]{64}/)
    expect(lines.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([])
  })

  test('it stops with exit code 0', async () => {
    expect(await cairn.stop()).toBe(0)
  })
})

async function lookUp(eventName: string): Promise<readonly Record<string, unknown>[]> {
  const { stdout } = await cairn.cairn('lookup', '--event-name', eventName, '--ndjson')
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))
}
