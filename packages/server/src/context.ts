import { join } from 'node:path'
import { awsResourceTypes } from '@cairn/core/selectors'
import type { Capabilities } from './api/capabilities.ts'
import { createBucketEvents, createDestinations, createExpiration, openBuckets } from './buckets/index.ts'
import type { Exchanges, IdentifyCaller } from './capture/exchange/index.ts'
import type { GatewayEndpoint } from './capture/gateway/index.ts'
import { type Config, testClockOffsetMs } from './config/index.ts'
import { openCalls } from './context/calls.ts'
import { openDelivery } from './context/delivery.ts'
import { openImports } from './context/imports.ts'
import { openLake } from './context/lake.ts'
import { renamePrincipal } from './context/principals.ts'
import { openStores, storeBuckets } from './context/stores.ts'
import { startWork } from './context/work.ts'
import { createHealth } from './health/index.ts'
import { createHistory } from './history/index.ts'
import type { EndpointCaller } from './http/call-endpoint.ts'
import type { HttpHandler } from './http-message.ts'
import { createIdentity, type InstallationKeys } from './identity/index.ts'
import { createKms } from './kms/index.ts'
import { createOriginals } from './pipeline/index.ts'
import { openEmbeddedStorage } from './profiles/embedded.ts'
import type { Storage } from './profiles/storage.ts'
import { createQueues } from './queues/index.ts'
import { quotasOf } from './quotas/index.ts'
import { systemClock } from './storage/system/clock.ts'
import { createTelemetry, type Telemetry } from './telemetry/index.ts'
import { createTestClock, requireMachineClock, type TestClock } from './test-clock/index.ts'
import { createEventExplainer, createTrailMatcher, createTrails } from './trails/index.ts'
import { createUpkeep } from './upkeep/index.ts'

/** An opened data directory: everything that answers calls, without a socket. */
export interface Installation {
  readonly telemetry: Telemetry
  /** Answers one HTTP request. */
  readonly handle: HttpHandler
  /** Calls one of Cairn's own endpoints in process, as the operator. */
  readonly endpoint: EndpointCaller
  /** The keys made at the first start. Secret. */
  readonly keys: InstallationKeys
  /** Upstreams with a port of their own. */
  readonly gateways: readonly GatewayEndpoint[]
  /** Carries calls to upstreams and records them; for a forward proxy on this installation. */
  readonly exchanges: Exchanges
  readonly identify: IdentifyCaller
  readonly config: Config
  /** Rejects when durability is in doubt: the process must stop and exit with an error. */
  readonly failed: Promise<never>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Opens the data directory of `config` and builds everything that stands on it.
 *
 * @throws Fault `log.locked` when another process has it open
 */
export async function openInstallation(config: Config): Promise<Installation> {
  const startedAtMs = performance.now()
  const telemetry = createTelemetry(config.log)
  const failure = Promise.withResolvers<never>()
  // Whoever opened the installation may not be looking yet.
  failure.promise.catch(() => undefined)
  const offsetMs = testClockOffsetMs(config.clock)
  const testClock = offsetMs === undefined ? undefined : createTestClock(systemClock, offsetMs)
  const storage = await openEmbeddedStorage({
    clock: testClock ?? systemClock,
    dataDir: config.dataDir,
    keyFile: config.keyFile ?? join(config.dataDir, 'vault.key'),
    telemetry,
    onFailed(fault) {
      telemetry.installation.failed(fault)
      failure.reject(fault)
    },
  })
  try {
    if (testClock === undefined) requireMachineClock(storage.catalog)
    else await testClock.adopt(storage.catalog)
    const built = await buildInstallation(storage, config, telemetry, testClock)
    telemetry.installation.opened({ dataDir: config.dataDir, tookMs: Math.round(performance.now() - startedAtMs) })
    return { ...built, failed: failure.promise }
  } catch (error) {
    await storage[Symbol.asyncDispose]()
    throw error
  }
}

/** The one place where objects are made. Takes over `storage`: disposing the installation disposes it. */
export async function buildInstallation(
  storage: Storage,
  config: Config,
  telemetry: Telemetry,
  testClock?: TestClock,
): Promise<Omit<Installation, 'failed'>> {
  const { clock, machineClock, ids, timer, catalog, log, objects, vault } = storage
  const partition = 'aws'
  const isEmulator = config.mode === 'emulator'
  const identity = createIdentity({
    catalog,
    vault,
    clock: machineClock,
    ids,
    partition,
    mode: isEmulator ? { kind: 'emulator', account: config.account } : { kind: 'verified' },
    renamePrincipal,
  })
  await identity.prepare([config.account, ...config.accounts])
  const stopping = new AbortController()
  const history = createHistory({ index: storage.history, log, vault })
  const health = createHealth({ log, catalog, history, mode: config.mode })
  const trails = createTrails(catalog)
  const trailMatcher = createTrailMatcher(catalog)
  const quotas = quotasOf(config.quotas)
  const queues = createQueues({ catalog, clock: machineClock, timer, ids })
  const buckets = await openBuckets({
    catalog,
    objects,
    demandsDeliveryPolicy: !isEmulator,
    objectBytesMax: config.limits.objectBytesMax,
    events: createBucketEvents({ catalog, queues, partition, clock, ids, telemetry: telemetry.buckets }),
  })
  const stores = openStores(config)
  const destinations = createDestinations({ buckets, stores: storeBuckets(config, stores), clock, ids })
  const expiration = createExpiration({ buckets, clock, telemetry: telemetry.buckets })
  const kms = createKms({ catalog, vault, log, clock, ids, partition, demandsPolicies: !isEmulator })
  const { delivery, digestKeys, integrity, readBack } = openDelivery({
    config,
    storage,
    trails,
    trailMatcher,
    buckets,
    destinations,
    kms,
    telemetry,
  })
  const { imports, failedFiles, storeImports, announcements } = openImports({
    config,
    storage,
    history,
    queues,
    stores,
    stopping: stopping.signal,
    telemetry,
  })
  const { lake, ...lakeCapabilities } = await openLake({
    config,
    storage,
    quotas,
    identity,
    buckets,
    trails,
    digestKeys,
    imports,
    sources: stores,
    telemetry,
  })
  const capabilities: Capabilities = {
    ...lakeCapabilities,
    testClock,
    buckets,
    clock,
    delivery,
    destinations,
    digestKeys,
    explainer: createEventExplainer({ history, log, catalog }),
    health,
    history,
    ids,
    identity,
    imports,
    integrity,
    kms,
    metrics: {
      contentType: telemetry.metrics.registry.contentType,
      text: () => telemetry.metrics.registry.metrics(),
      textForOperator: async () =>
        `${await telemetry.metrics.registry.metrics()}${await telemetry.metrics.named.metrics()}`,
    },
    originals: createOriginals({ history, log }),
    expiration,
    failedFiles,
    queues,
    quotas,
    readBack,
    resourceTypes: new Set([...awsResourceTypes, ...config.selectors.resourceTypes]),
    storeImports,
    trails,
    upkeep: createUpkeep({
      storage: storage.upkeep,
      log,
      health,
      history,
      trails,
      delivery,
      readBack,
      accounts: [config.account, ...config.accounts],
    }),
  }
  const { recorder, openIntents, capture, handle, endpoint } = await openCalls({
    config,
    storage,
    capabilities,
    partition,
    quotas,
    trailMatcher,
    telemetry,
  })
  const { auditEvents, lakeImports, lakeQueries } = lakeCapabilities
  // What is started last ends first: the log and the catalogue outlive everyone who writes to them.
  const work = new AsyncDisposableStack()
  work.use(storage)
  work.defer(() => openIntents.moveMark())
  work.defer(() => auditEvents.save())
  work.defer(() => recorder.writeFolded({ everything: true }))
  work.use(capture.gateway)
  work.use(startWork({ ...capabilities, config, storage, lake, openIntents, recorder, telemetry: telemetry.pipeline }))
  for (const { objects: store } of stores) work.use(store)
  work.use(announcements)
  work.use(storeImports)
  work.use(lakeImports)
  work.use(lakeQueries)
  return {
    telemetry,
    config,
    gateways: capture.gateway.endpoints,
    exchanges: capture.exchanges,
    identify: capture.identify,
    handle,
    endpoint,
    keys: identity.installationKeys(),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await work.disposeAsync()
      telemetry.installation.closed()
    },
  }
}
