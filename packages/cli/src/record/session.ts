import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CapturedCall, Installation, ProxyFacts } from '@cairn/server'
import { configFrom } from '@cairn/server/config'
import { trustBundle, trustedRoots } from '@cairn/server/forward-proxy'
import { readLines } from '../installation/index.ts'
import { type ClientSettings, clientsFolder, endpointsIn } from './environment.ts'
import { parentProxy } from './parent-proxy.ts'
import type { SeenCall } from './seen-call.ts'
import { sessionFolder } from './session-folder.ts'
import { trustedBefore, trustedByNode } from './trusted-files.ts'

export interface SessionOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly resolve: ReadonlyMap<string, string>
  readonly allowed: readonly string[]
  readonly domains: readonly string[]
  /** Keep what contracts compare; else it is let go at once. */
  readonly keepsParameters: boolean
  readonly marksTests: boolean
  readonly account?: string | undefined
  readonly region?: string | undefined
}

/** A Cairn of its own for the time of one command. */
export interface Session {
  readonly client: ClientSettings
  readonly seen: SessionFacts
  /** Lets calls in flight end. After it nothing is added to what was seen. */
  stop(): Promise<void>
  /** Lines of a look-up with every event of the session, oldest first. */
  events(): AsyncIterable<Uint8Array>
  /** Removes everything that the session left on this machine. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface SessionFacts {
  /** In the order in which they ended. */
  readonly calls: readonly SeenCall[]
  /** Calls beyond those that are kept in memory; recorded like the others. */
  readonly callsBeyond: number
  readonly proxy: readonly ProxyFact[]
}

export interface ProxyFact {
  readonly kind: keyof ProxyFacts
  readonly host: string
  /** An alert, a reason, a protocol. */
  readonly detail: string
  count: number
}

/** A report on more calls than this says nothing that one on these does not. A call takes about a kilobyte. */
const callsMax = 100_000
/** Different facts of connections, hosts times ways to fail. */
const factsMax = 1_000
/** Longer than any command, and an authority that got away is of no use the week after. */
const authorityValidMs = 7 * 86_400_000
const pytestPlugin = 'cairn_pytest.py'
/** Events of a session that `--save` writes. */
const eventsMax = 1_000_000
/** Indexing goes at tens of thousands of events a second; a minute of it is more than any session leaves behind. */
const indexedPollMs = 50
const indexedTriesMax = 1_200

export async function openSession(options: SessionOptions): Promise<Session> {
  // Loaded only now: what is wrong with the command line was told at once.
  const { makeProxyAuthority, openInstallation, startProxy } = await import('@cairn/server')
  const work = new AsyncDisposableStack()
  try {
    const folder = work.use(sessionFolder())
    const flags = {
      dataDir: join(folder.path, 'data'),
      'log.level': 'error',
      ...(options.account !== undefined && { account: options.account }),
      ...(options.region !== undefined && { region: options.region }),
    }
    const { config } = await configFrom(flags, folder.path)
    const installation = work.use(await openInstallation(config))
    const { facts, onCall, telemetry } = createFacts(options.keepsParameters)
    const before = trustedBefore(options.environment)
    const authority = makeProxyAuthority(options.domains, authorityValidMs)
    const parent = parentProxy(options.environment)
    const running = new AsyncDisposableStack()
    const proxy = running.use(
      await startProxy(installation, {
        host: '127.0.0.1',
        port: 0,
        token: randomBytes(24).toString('base64url'),
        authority,
        resolve: options.resolve,
        allowed: options.allowed,
        ...(parent && { parent }),
        trusted: trustedRoots(before),
        onCall,
        telemetry,
      }),
    )
    work.use(running)
    const fronts = new Map<string, string>()
    for (const endpoint of new Set(endpointsIn(options.environment).values())) {
      const url = URL.parse(endpoint)
      if (url !== null) fronts.set(endpoint, (await proxy.front(url)).href.replace(/\/$/, ''))
    }
    const bundle = join(folder.path, 'ca-bundle.pem')
    const extraCertificates = join(folder.path, 'ca.pem')
    writeFileSync(bundle, trustBundle(authority.certificate, before))
    writeFileSync(extraCertificates, [authority.certificate, ...trustedByNode(options.environment)].join('\n'))
    const pythonFolder = join(folder.path, 'python')
    mkdirSync(pythonFolder)
    copyFileSync(join(clientsFolder, pytestPlugin), join(pythonFolder, pytestPlugin))
    const whole = work.move()
    return {
      client: {
        proxyUrl: proxy.url,
        bundle,
        extraCertificates,
        fronts,
        pythonFolder,
        domains: authority.domains,
        marksTests: options.marksTests,
      },
      seen: facts,
      stop: () => running.disposeAsync(),
      events: () => eventsOf(installation),
      [Symbol.asyncDispose]: () => whole.disposeAsync(),
    }
  } catch (error) {
    await work.disposeAsync()
    throw error
  }
}

/** Every event of the session, once the index has them all. */
async function* eventsOf(installation: Installation): AsyncGenerator<Uint8Array> {
  for (let tries = 0; tries < indexedTriesMax; tries += 1) {
    const [summary] = await Array.fromAsync(lookup(installation, { limit: 0 }))
    if (Buffer.from(summary ?? []).includes('"isCaughtUp":true')) break
    await sleep(indexedPollMs)
  }
  // Looking things up is a call of Cairn's own, and no part of the session.
  const where = [{ field: 'eventSource', is: 'cairn.internal', not: true }]
  yield* lookup(installation, { where, order: 'oldest', limit: eventsMax })
}

async function* lookup({ endpoint }: Installation, query: object): AsyncGenerator<Uint8Array> {
  const answer = await endpoint({
    method: 'POST',
    path: '/_cairn/v1/lookup',
    query: new URLSearchParams(),
    headers: {},
    body: bytesOf([JSON.stringify(query)]),
    signal: new AbortController().signal,
  })
  yield* readLines({ ...answer, body: bytesOf(typeof answer.body === 'string' ? [answer.body] : answer.body) })
}

function createFacts(keepsParameters: boolean) {
  const calls: SeenCall[] = []
  const proxy = new Map<string, ProxyFact>()
  let callsBeyond = 0
  const note = (kind: ProxyFact['kind'], host: string, detail: string) => {
    const key = `${kind} ${host} ${detail}`
    const known = proxy.get(key)
    if (known) known.count += 1
    else if (proxy.size < factsMax) proxy.set(key, { kind, host, detail, count: 1 })
  }
  const telemetry: ProxyFacts = {
    distrusted: ({ host, alert }) => note('distrusted', host, alert),
    tunnelled: ({ host, port }) => note('tunnelled', host, String(port)),
    unreached: ({ host, code, reason }) => note('unreached', host, `${code} ${reason}`),
    refused: ({ reason }) => note('refused', '', reason),
    upgraded: ({ host, protocol }) => note('upgraded', host, protocol),
  }
  const facts: SessionFacts = {
    calls,
    get callsBeyond() {
      return callsBeyond
    },
    get proxy() {
      return [...proxy.values()]
    },
  }
  const onCall = (captured: CapturedCall) => {
    if (calls.length < callsMax) calls.push(seenCall(captured, keepsParameters))
    else callsBeyond += 1
  }
  return { facts, onCall, telemetry }
}

function seenCall(captured: CapturedCall, keepsParameters: boolean): SeenCall {
  const { call, caller, region, errorCode, startedAtMs, elapsedMs, mark, needs } = captured
  const { arn, accountId, accessKeyId } = caller.userIdentity
  const known = [arn, caller.accessKeyId ?? accessKeyId, accountId].find((name) => typeof name === 'string')
  const resource = call.resources.find(({ ARN }) => ARN !== undefined)?.ARN
  return {
    service: call.service,
    operation: call.operation ?? call.eventName,
    readOnly: call.readOnly,
    region,
    parameters: keepsParameters ? call.requestParameters : null,
    identity: typeof known === 'string' ? known : 'unsigned',
    startedAtMs,
    elapsedMs,
    ...(errorCode !== undefined && { error: errorCode }),
    ...(mark !== undefined && { mark }),
    ...(needs && { needs }),
    ...(resource !== undefined && { resource }),
  }
}

async function* bytesOf(parts: Iterable<string> | AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part
}
