import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { Config } from './config/index.ts'
import { type Installation, openInstallation } from './context.ts'
import { Fault } from './fault.ts'
import { type Listener, listen, type TlsMaterial } from './http/listener.ts'
import type { HttpHandler } from './http-message.ts'
import { announceServer, type RunningServer, writeKeyFiles } from './local-access/index.ts'
import { collectAll, freeBuffersAtOnce } from './runtime/collect-garbage.ts'
import { makeFolder } from './runtime/make-folder.ts'
import { systemClock } from './storage/system/clock.ts'

export interface Server {
  /** As clients on this machine reach it, e.g. `http://127.0.0.1:4577`. */
  readonly endpoint: string
  /** Rejects when durability is in doubt: stop, and exit with an error. */
  readonly failed: Promise<never>
  /** Stops: takes no more calls and finishes those it has, for a while at most or until `cut` is aborted. */
  close(cut?: AbortSignal): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Calls in flight get this long to finish after SIGTERM; what they changed is recorded either way. */
const graceMs = 10_000

/** What runs on the installation for as long as its server, and what commands on this machine have to know of it. */
export interface Attachment extends AsyncDisposable {
  readonly note: Pick<RunningServer, 'proxy'>
}

/** Opens the data directory and listens. `attach` is called before the server is announced. */
export async function startServer(
  config: Config,
  attach?: (installation: Installation) => Promise<Attachment>,
): Promise<Server> {
  // Before anything is made: a first start that cannot listen leaves nothing behind.
  const tls = readTls(config)
  freeBuffersAtOnce()
  makeDataDirectory(config.dataDir)
  // What a start that fails half-way has opened; left open, it would keep the process from ending.
  const opened = new AsyncDisposableStack()
  const installation = opened.use(await openInstallation(config))
  try {
    const { telemetry } = installation
    const { operator, accounts } = installation.keys
    if (!operator) throw new Fault('installation.no-operator', 'the operator has no key', { dataDir: config.dataDir })
    writeKeyFiles(config.dataDir, { operator, accounts })
    const { limits } = config
    const options = {
      host: config.host,
      ...(tls && { tls }),
      trustedProxies: config.trustedProxies,
      limits: {
        headerBytesMax: limits.headerBytesMax,
        headersMax: limits.headersMax,
        bodyBytesMax: limits.bodyBytesMax,
        connectionsMax: limits.connectionsMax,
        connectionsPerSourceMax: limits.connectionsPerSourceMax,
        headersTimeoutMs: limits.headersTimeout,
        idleMs: limits.idleTimeout,
      },
      telemetry: telemetry.calls,
    }
    const listeners: Listener[] = []
    const listenOn = async (port: number, handler: HttpHandler) => {
      const listener = await listen(handler, { ...options, port })
      opened.defer(() => listener.close(0))
      listeners.push(listener)
      return listener
    }
    // Loading and opening leave a third of the heap behind, which an idle server would keep for long. Nobody waits yet.
    collectAll()
    const listener = await listenOn(config.port, installation.handle)
    for (const { port, carry } of installation.gateways) await listenOn(port, carry)
    const endpoint = `${tls ? 'https' : 'http'}://${reachableHost(config.host)}:${listener.port}`
    let served = tls
    let announce: (() => () => void) | undefined
    const renewAll = (renewed: TlsMaterial) => {
      for (const one of listeners) one.renewTls(renewed)
      served = renewed
      announce?.()
    }
    const stopWatching = tls ? watchTls(config, renewAll, telemetry.installation) : () => {}
    const attached = await attach?.(installation)
    if (attached) opened.use(attached)
    const startedAt = new Date(systemClock.nowMs()).toISOString()
    announce = () =>
      announceServer(config.dataDir, {
        ...attached?.note,
        pid: process.pid,
        endpoint,
        startedAt,
        ...(config.tlsCert !== undefined && { tlsCert: config.tlsCert }),
        ...(served && { certificate: Buffer.from(served.cert).toString('latin1') }),
      })
    const withdraw = announce()
    if (config.mode === 'emulator') telemetry.installation.emulatorMode()
    if (config.clock !== 'system') telemetry.installation.testClock({ clock: config.clock })
    telemetry.installation.listening({ endpoint, mode: config.mode })
    const close = async (cut?: AbortSignal) => {
      withdraw()
      stopWatching()
      await attached?.[Symbol.asyncDispose]()
      await Promise.all(listeners.map((one) => one.close(graceMs, cut)))
      await installation[Symbol.asyncDispose]()
    }
    return { endpoint, failed: installation.failed, close, [Symbol.asyncDispose]: () => close() }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}

function readTls({ tlsCert, tlsKey }: Config): TlsMaterial | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined
  try {
    return { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) }
  } catch (cause) {
    const reason = String(cause instanceof Error && 'code' in cause ? cause.code : cause)
    throw new Fault('http.tls-unreadable', 'certificate or key cannot be read', { tlsCert, tlsKey, reason }, { cause })
  }
}

/** Takes renewed certificates. Their tools replace two files, one after the other: a pair that does not fit waits. */
function watchTls(
  config: Config,
  renew: (tls: TlsMaterial) => void,
  telemetry: { tlsRenewed(): void; tlsNotRenewed(error: unknown): void },
): () => void {
  const onChange = () => {
    try {
      const tls = readTls(config)
      if (tls) renew(tls)
      telemetry.tlsRenewed()
    } catch (error) {
      telemetry.tlsNotRenewed(error)
    }
  }
  const paths = [config.tlsCert, config.tlsKey].filter((path) => path !== undefined)
  for (const path of paths) watchFile(path, { interval: 2_000, persistent: false }, onChange)
  return () => {
    for (const path of paths) unwatchFile(path, onChange)
  }
}

/** An address that means every interface is reached over loopback from here. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function makeDataDirectory(dataDir: string): void {
  try {
    makeFolder(dataDir)
  } catch (cause) {
    const reason = String(cause instanceof Error && 'code' in cause ? cause.code : cause)
    throw new Fault('installation.no-folder', 'the data directory cannot be made', { dataDir, reason }, { cause })
  }
}
