import { join } from 'node:path'
import { signRequest } from '@cairn/aws-kit/sigv4'
import { fullSize } from '@cairn/testkit'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { createRandom, forEachSeed } from '@cairn/testkit/seed'
import { expect, test } from 'vitest'

/**
 * The server is killed with SIGKILL in the middle of changes, again and again on the same data. Afterwards: every call
 * that was answered is there, once; nothing exists without the record of what made it.
 */

interface Answered {
  readonly requestId: string
  readonly name: string
}

type Environment = Readonly<Record<string, string>>

/** An IAM call as `admin`; the answer's text and request id. */
async function iam(environment: Environment, form: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({ Version: '2010-05-08', ...form }).toString()
  const endpoint = environment.AWS_ENDPOINT_URL ?? ''
  const { headers } = signRequest({
    method: 'POST',
    path: '/',
    headers: { host: new URL(endpoint).host, 'content-type': 'application/x-www-form-urlencoded' },
    payload: Buffer.from(body),
    service: 'iam',
    region: 'us-east-1',
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    },
    nowMs: Date.now(),
  })
  const answer = await fetch(endpoint, { method: 'POST', headers, body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return { text, requestId: answer.headers.get('x-amzn-requestid') ?? '' }
}

/** Changes on several connections at once until the server is gone; tells those that were answered. */
async function changeUntilKilled(environment: Environment, round: string): Promise<Answered[]> {
  const answered: Answered[] = []
  const worker = async (id: number) => {
    for (let count = 0; ; count += 1) {
      const name = `u-${round}-${id}-${count}`
      const answer = await iam(environment, { Action: 'CreateUser', UserName: name }).catch(() => undefined)
      if (answer === undefined) return
      answered.push({ requestId: answer.requestId, name })
    }
  }
  await Promise.all(Array.from({ length: 6 }, (_, id) => worker(id)))
  return answered
}

test('SIGKILL at any moment: every answered change is there once, none is without its record', async () => {
  await forEachSeed(1, async (seed) => {
    const random = createRandom(seed)
    using folder = temporaryFolder()
    const dataDir = join(folder.path, 'data')
    const answered: Answered[] = []
    for (let kill = 0; kill < fullSize(4, 60); kill += 1) {
      const cairn = await startCairn({ dataDir })
      const changes = changeUntilKilled(cairn.environment, `${kill}`)
      await new Promise((resolve) => setTimeout(resolve, 20 + random.below(400)))
      await cairn.kill()
      answered.push(...(await changes))
    }
    expect(answered.length).toBeGreaterThan(0)

    await using cairn = await startCairn({ dataDir })
    const found = await cairn.cairn('lookup', '--event-name', 'CreateUser', '--ndjson', '--limit', '1000000')
    const records = found.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))

    const byRequest = Map.groupBy(records, ({ requestID }) => requestID)
    expect([...byRequest.values()].filter((same) => same.length > 1)).toEqual([])
    expect(answered.filter(({ requestId }) => byRequest.get(requestId)?.[0]?.errorCode !== undefined)).toEqual([])
    expect(answered.filter(({ requestId }) => !byRequest.has(requestId))).toEqual([])

    const users = new Set(await userNames(cairn.environment))
    expect(answered.filter(({ name }) => !users.has(name))).toEqual([])
    const recorded = new Set(
      records
        .filter(({ errorCode }) => errorCode === undefined)
        .map(({ requestParameters }) => requestParameters.userName),
    )
    users.delete('admin')
    expect([...users].filter((name) => !recorded.has(name))).toEqual([])
    expect([...recorded].filter((name) => !users.has(name))).toEqual([])
  })
}, 600_000)

async function userNames(environment: Environment): Promise<string[]> {
  const names: string[] = []
  let marker = ''
  do {
    const { text } = await iam(environment, {
      Action: 'ListUsers',
      MaxItems: '1000',
      ...(marker && { Marker: marker }),
    })
    names.push(...[...text.matchAll(/<UserName>([^<]+)</g)].map(([, name = '']) => name))
    marker = /<Marker>([^<]+)</.exec(text)?.[1] ?? ''
  } while (marker !== '')
  return names
}
