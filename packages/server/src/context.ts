import { join } from 'node:path'
import { loadModel, type ServiceModel, serviceNames } from '@cairn/aws-kit/model'
import { createSigningKeys } from '@cairn/aws-kit/sigv4'
import type { Capabilities } from './api/capabilities.ts'
import { endpoints } from './api/generated/endpoints.ts'
import { operations } from './api/generated/operations.ts'
import { createBucketEvents, createDestinations, createExpiration, openBuckets } from './buckets/index.ts'
import type { Exchanges, IdentifyCaller } from './capture/exchange/index.ts'
import { createFailedFiles } from './capture/failed-files/index.ts'
import type { GatewayEndpoint } from './capture/gateway/index.ts'
import { createImports, type Seen } from './capture/imports/index.ts'
import { createStoreImports } from './capture/store-imports/index.ts'
import { type Config, testClockOffsetMs } from './config/index.ts'
import { openAnnouncements } from './context/announcements.ts'
import { openCapture } from './context/capture.ts'
import { openDelivery } from './context/delivery.ts'
import { openLake } from './context/lake.ts'
import { openStores, storeBuckets } from './context/stores.ts'
import { startWork } from './context/work.ts'
import { createHealth } from './health/index.ts'
import { createHistory } from './history/index.ts'
import { createAdmission } from './http/admission.ts'
import { createEndpointCaller, type EndpointCaller } from './http/call-endpoint.ts'
import { createRecordEndpoint } from './http/record-endpoint.ts'
import { createCallServer } from './http/serve-call.ts'
import { createEndpointServer, endpointPrefix } from './http/serve-endpoint.ts'
import type { HttpHandler } from './http-message.ts'
import { createIdentity, type InstallationKeys } from './identity/index.ts'
import { createKms } from './kms/index.ts'
import { createStoreMatcher } from './lake/stores/index.ts'
import {
  concludeOpenIntents,
  createConcludeCall,
  createFindWritten,
  createOpenIntents,
  createOriginals,
  createRecorder,
} from './pipeline/index.ts'
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
  })
  await identity.prepare([config.account, ...config.accounts])
  const stopping = new AbortController()
  const history = createHistory({ index: storage.history, log, vault })
  const health = createHealth({ log, history, mode: config.mode })
  const trails = createTrails(catalog)
  const trailMatcher = createTrailMatcher(catalog)
  const storeMatcher = createStoreMatcher(catalog)
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
  const seen: Seen = {
    recognise: async (keys) => ({ answers: await history.recognise(keys) }),
    caughtUp: (end) => history.caughtUp(end, stopping.signal),
  }
  const imports = createImports({
    log,
    seen,
    nowMs: clock.nowMs,
    catalogVersion: () => catalog.version,
    account: config.account,
    region: config.region,
    telemetry: telemetry.imports,
  })
  const failedFiles = createFailedFiles({ catalog, imports, seen, clock })
  const announcements = openAnnouncements(config, queues, machineClock)
  const storeImports = createStoreImports({
    stores,
    imports,
    failedFiles,
    queueOf: announcements.queueOf,
    marks: storage.importedFiles,
    objects,
    catalog,
    clock,
    timer,
    ids,
    followIntervalMs: config.imports.followInterval,
    telemetry: telemetry.imports,
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
  const findWritten = createFindWritten(objects)
  const intents = await concludeOpenIntents({ log, catalog, conclude: createConcludeCall({ clock, findWritten }) })
  if (intents > 0) telemetry.installation.intentsConcluded({ intents })
  const openIntents = createOpenIntents(log, catalog)
  const recorder = createRecorder({
    log,
    catalog,
    clock,
    intents: openIntents,
    unprovenRecordsPerMinuteMax: config.limits.failedSignaturesPerMinute,
    selects: (event, versions) =>
      trailMatcher.match(event, versions).length > 0 || storeMatcher.isTaken(event, versions),
    telemetry: telemetry.calls,
  })
  const shared = {
    capabilities,
    machineClock,
    catalog,
    identity,
    recorder,
    admission: createAdmission(machineClock, config.limits, quotas),
    signingKeys: createSigningKeys({ entriesMax: signingKeysMax }),
    account: config.account,
    region: config.region,
    trustedHosts: [config.host, ...config.trustedHosts],
    telemetry: telemetry.calls,
  }
  const recordEndpoint = createRecordEndpoint({
    recorder,
    catalog,
    clock,
    ids,
    account: config.account,
    region: config.region,
  })
  const answerCall = createCallServer({
    ...shared,
    models: await loadModels(),
    operations,
    partition,
    wantsContext: storeMatcher.wantsContext,
    headersMax: config.limits.headersMax,
    bodyBytesMax: config.limits.bodyBytesMax,
    bodyTimeoutMs: config.limits.requestTimeout,
    objectBytesMax: config.limits.objectBytesMax,
    streamIdleMs: config.limits.idleTimeout,
  })
  const answerEndpoint = createEndpointServer({
    ...shared,
    record: recordEndpoint,
    endpoints,
    streamIdleMs: config.limits.idleTimeout,
  })
  const capture = await openCapture({
    ...shared,
    config,
    storage,
    buckets,
    trails,
    partition,
    telemetry: telemetry.capture,
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
    handle: (request) =>
      request.head.path.startsWith(endpointPrefix)
        ? answerEndpoint(request)
        : (capture.gateway.carry(request) ?? answerCall(request)),
    endpoint: createEndpointCaller(endpoints, capabilities, recordEndpoint),
    keys: identity.installationKeys(),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await work.disposeAsync()
      telemetry.installation.closed()
    },
  }
}

/** A key a day, region and service for a thousand busy callers: some hundred bytes each. */
const signingKeysMax = 4096

async function loadModels(): Promise<ReadonlyMap<string, ServiceModel>> {
  return new Map(await Promise.all(serviceNames.map(async (name) => [name, await loadModel(name)] as const)))
}
