import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configFrom } from '@cairn/server/config'
import { javaTrustStore, trustBundle, trustedRoots } from '@cairn/server/forward-proxy'
import { type ClientSettings, clientsFolder, endpointsIn, isIntercepted } from './environment.ts'
import { parentProxy } from './parent-proxy.ts'
import { eventsOf } from './session-events.ts'
import { createFacts, type SessionFacts } from './session-facts.ts'
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

/** Longer than any command, and an authority that got away is of no use the week after. */
const authorityValidMs = 7 * 86_400_000
const pytestPlugin = 'cairn_pytest.py'

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
    const { facts, onCall, onPlaced, telemetry } = createFacts(options.keepsParameters, options.resolve.keys())
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
        onPlaced,
        telemetry,
      }),
    )
    work.use(running)
    const fronts = new Map<string, string>()
    for (const endpoint of new Set(endpointsIn(options.environment).values())) {
      const url = URL.parse(endpoint)
      if (url !== null && !isIntercepted(url, authority.domains))
        fronts.set(endpoint, (await proxy.front(url)).href.replace(/\/$/, ''))
    }
    const bundle = join(folder.path, 'ca-bundle.pem')
    const extraCertificates = join(folder.path, 'ca.pem')
    writeFileSync(bundle, trustBundle(authority.certificate, before))
    writeFileSync(extraCertificates, [authority.certificate, ...trustedByNode(options.environment)].join('\n'))
    const javaTrust = join(folder.path, 'java-trust.p12')
    writeFileSync(javaTrust, javaTrustStore([authority.certificate, ...trustedRoots(before)]))
    const pythonFolder = join(folder.path, 'python')
    mkdirSync(pythonFolder)
    copyFileSync(join(clientsFolder, pytestPlugin), join(pythonFolder, pytestPlugin))
    const whole = work.move()
    return {
      client: {
        proxyUrl: proxy.url,
        bundle,
        extraCertificates,
        javaTrust,
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
