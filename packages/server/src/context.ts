import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { loadModel, type ServiceModel, serviceNames } from '@cairn/aws-kit/model'
import { createSigningKeys } from '@cairn/aws-kit/sigv4'
import type { Capabilities } from './api/capabilities.ts'
import { endpoints } from './api/generated/endpoints.ts'
import { operations } from './api/generated/operations.ts'
import {
  createBucketEvents,
  createDestinations,
  createExpiration,
  openBuckets,
  type StoreBucket,
} from './buckets/index.ts'
import type { Exchanges, IdentifyCaller } from './capture/exchange/index.ts'
import type { GatewayEndpoint } from './capture/gateway/index.ts'
import { createImports } from './capture/imports/index.ts'
import { createStoreImports, type SourceStore } from './capture/store-imports/index.ts'
import { type Config, settings, storeCredentials, testClockOffsetMs } from './config/index.ts'
import { openCapture } from './context/capture.ts'
import { createDelivery } from './delivery/index.ts'
import { createHealth } from './health/index.ts'
import { createHistory } from './history/index.ts'
import { createAdmission } from './http/admission.ts'
import { createEndpointCaller, type EndpointCaller } from './http/call-endpoint.ts'
import type { HttpHandler } from './http/message.ts'
import { createRecordEndpoint } from './http/record-endpoint.ts'
import { createCallServer } from './http/serve-call.ts'
import { createEndpointServer, endpointPrefix } from './http/serve-endpoint.ts'
import { createIdentity, type InstallationKeys } from './identity/index.ts'
import { createDigestBucket, createIntegrity } from './integrity/index.ts'
import { createDigestKeys } from './keys/index.ts'
import { createKms } from './kms/index.ts'
import { createAthena } from './lake/athena/index.ts'
import { createAuditEvents, createChannels } from './lake/channels/index.ts'
import { createLakeImports } from './lake/imports/index.ts'
import { createDeliverResult, createLakeQueries, createStoreStatements } from './lake/queries/index.ts'
import { createEventDataStores, createStoreMatcher } from './lake/stores/index.ts'
import { createLake } from './lake/tables/index.ts'
import {
  applyRetention,
  type Consumer,
  concludeOpenIntents,
  createConcludeCall,
  createFindWritten,
  createOpenIntents,
  createOriginals,
  createRecorder,
  every,
  releaseVersions,
  startRunner,
} from './pipeline/index.ts'
import { openEmbeddedStorage } from './profiles/embedded.ts'
import type { Storage } from './profiles/storage.ts'
import { createQueues } from './queues/index.ts'
import { quotasOf } from './quotas/index.ts'
import { createReadBack } from './read-back/index.ts'
import { createS3Store } from './storage/s3/index.ts'
import { systemClock } from './storage/system/clock.ts'
import { createTelemetry, type Telemetry } from './telemetry/index.ts'
import { createTestClock, requireMachineClock, type TestClock } from './test-clock/index.ts'
import { createEventExplainer, createTrailEncryption, createTrailMatcher, createTrails } from './trails/index.ts'
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
    events: createBucketEvents({ queues, partition, clock, ids, telemetry: telemetry.buckets }),
  })
  const stores = openStores(config)
  const destinations = createDestinations({ buckets, stores: storeBuckets(config, stores), clock, ids })
  const expiration = createExpiration({ buckets, clock, telemetry: telemetry.buckets })
  const kms = createKms({ catalog, vault, log, clock, ids, partition, demandsPolicies: !isEmulator })
  const encryption = createTrailEncryption(kms)
  const delivery = createDelivery({
    plan: storage.deliveryPlan,
    log,
    catalog,
    trails,
    matcher: trailMatcher,
    buckets,
    destinations,
    encryption,
    clock,
    timer,
    ids,
    flushAfterMs: config.delivery.flushAfter,
    telemetry: telemetry.delivery,
  })
  telemetry.delivery.watchQueues(delivery.queues)
  const lake = createLake({
    files: storage.lakeFiles,
    engine: storage.lakeEngine,
    scratch: storage.lakeScratch,
    log,
    catalog,
    clock,
    timer,
    telemetry: telemetry.lake,
  })
  const accounts = [config.account, ...config.accounts]
  const digestKeys = createDigestKeys({ catalog, vault, telemetry: telemetry.integrity })
  const integrity = createIntegrity({
    catalog,
    clock,
    keys: digestKeys,
    bucket: createDigestBucket({ destinations, encryption, telemetry: telemetry.integrity }),
    files: delivery,
    trails: () => accounts.flatMap((account) => trails.ofAccount(account)),
    regions: namesRegions(config) ? config.regions : [],
    telemetry: telemetry.integrity,
  })
  const readBack = createReadBack({
    trails,
    destinations,
    kms,
    newestDigests: integrity.newestDigests,
    catalog,
    log,
    clock,
    ids,
    intervalMs: config.delivery.readBackEvery,
    telemetry: telemetry.readBack,
  })
  telemetry.readBack.watch(readBack.reports)
  const imports = createImports({
    log,
    seen: {
      recognise: (keys) => history.recognise(keys),
      caughtUp: (end) => history.caughtUp(end, stopping.signal),
    },
    nowMs: clock.nowMs,
    catalogVersion: () => catalog.version,
    account: config.account,
    region: config.region,
    telemetry: telemetry.imports,
  })
  const storeImports = createStoreImports({
    stores,
    imports,
    marks: storage.importedFiles,
    objects,
    catalog,
    clock,
    timer,
    ids,
    followIntervalMs: config.imports.followInterval,
    telemetry: telemetry.imports,
  })
  const channels = createChannels(catalog)
  const auditEvents = createAuditEvents({
    log,
    catalog,
    clock,
    exists: (id) => channels.find(id) !== undefined,
    telemetry: telemetry.auditEvents,
  })
  await auditEvents.recall()
  const eventDataStores = createEventDataStores({ catalog, clock })
  const { lakeQueriesMax, lakeImportsMax = importsWaitingMax, importsAddTwice = false } = quotas
  const lakeQueries = createLakeQueries({
    statements: createStoreStatements({ stores: eventDataStores, tables: lake.tables }),
    results: storage.lakeResults,
    engine: storage.lakeEngine,
    deliver: createDeliverResult({ buckets, keys: digestKeys, clock, telemetry: telemetry.lakeQueries }),
    vault,
    clock,
    ids,
    ...(lakeQueriesMax !== undefined && { activeMax: lakeQueriesMax }),
    atOnceMax: config.lake.queriesAtOnce,
    resultsBytesMax: config.lake.resultsBytesMax,
    limits: { timeoutMs: config.lake.queryTimeout, memoryBytesMax: config.lake.queryMemoryBytesMax, resultCharsMax },
    telemetry: telemetry.lakeQueries,
  })
  const athena = createAthena({
    queries: lakeQueries,
    tables: lake.tables,
    stores: eventDataStores,
    trails,
    buckets,
    catalog,
    log,
    clock,
    results: storage.lakeResults,
  })
  const lakeImports = createLakeImports({
    imports,
    stores: eventDataStores,
    sources: stores,
    buckets,
    identity,
    catalog,
    log,
    marks: storage.importedFiles,
    clock,
    timer,
    ids,
    activeMax: lakeImportsMax,
    addsTwice: importsAddTwice,
    ingestedTo: () => lake.consumer.start(),
    telemetry: telemetry.lakeQueries,
  })
  const capabilities: Capabilities = {
    athena,
    testClock,
    auditEvents,
    buckets,
    channels,
    clock,
    delivery,
    destinations,
    digestKeys,
    eventDataStores,
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
    },
    originals: createOriginals({ history, log }),
    expiration,
    queues,
    quotas,
    readBack,
    lakeImports,
    lakeQueries,
    storeImports,
    trails,
    upkeep: createUpkeep({
      storage: storage.upkeep,
      log,
      health,
      trails,
      delivery,
      readBack,
      accounts,
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
  const work = new AsyncDisposableStack()
  work.defer(() => storage[Symbol.asyncDispose]())
  work.defer(() => openIntents.moveMark())
  work.defer(() => auditEvents.save())
  work.defer(() => recorder.writeFolded({ everything: true }))
  work.use(capture.gateway)
  const feed = (consumer: Consumer) =>
    startRunner({
      log,
      timer,
      consumer,
      random: () => (ids.bytes(1)[0] ?? 0) / 256,
      telemetry: telemetry.pipeline,
    })
  work.use(feed(history.consumer))
  work.use(delivery)
  work.use(feed(delivery.consumer))
  work.use(lake)
  work.use(feed(lake.consumer))
  const { scheduledFailed: onFailed } = telemetry.pipeline
  const readers = [
    history.consumer,
    { start: delivery.needsFrom },
    { start: lake.needsFrom },
    { start: openIntents.mark },
  ]
  const { retention } = config.history
  if (retention !== undefined) {
    const applied = () => applyRetention({ log, clock, consumers: readers, retentionMs: retention })
    work.use(every(upkeepMs, applied, { timer, onFailed }))
  }
  work.use(every(upkeepMs, () => releaseVersions({ log, catalog, consumers: readers }), { timer, onFailed }))
  work.use(every(digestsMs, () => integrity.run(), { timer, onFailed }))
  work.use(every(readBackMs, () => readBack.runDue(), { timer, onFailed }))
  work.use(every(foldMs, () => queues.expire(), { timer, onFailed }))
  work.use(every(expirationMs, () => expiration.runDue(), { timer, onFailed }))
  work.use(every(keysDueMs, () => kms.runDue(), { timer, onFailed }))
  work.use(every(keysDueMs, () => eventDataStores.removeDue(), { timer, onFailed }))
  work.use(every(upkeepMs, () => lakeQueries.forget(), { timer, onFailed }))
  work.use(every(markMs, () => openIntents.moveMark(), { timer, onFailed }))
  work.use(every(markMs, () => auditEvents.save(), { timer, onFailed }))
  for (const { objects: store } of stores) work.use(store)
  work.use(storeImports)
  work.use(lakeImports)
  work.use(lakeQueries)
  work.use(every(foldMs, () => recorder.writeFolded(), { timer, onFailed }))
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

/** Segments end every few minutes at the most, so looking for what may go more often would find nothing. */
const upkeepMs = 10 * 60_000

/** Digests are in the bucket two seconds after their hour, so this is how often a boundary is looked for. */
const digestsMs = 500

/** Rules speak of days; a new rule is looked at within this time. */
const expirationMs = 60_000

/** How often it is looked whether a read-back is due. */
const readBackMs = 30_000

/** They take turns at the parsing threads; of more, somebody started them by mistake. */
const importsWaitingMax = 8

/** Of a query's result; a thousand pages of whole events. */
const resultCharsMax = 1024 ** 3

/** Keys are deleted and rotated, and event data stores removed, within seconds of their time. */
const keysDueMs = 10_000

/** What was appended since the mark is read at the next start; at full load that is some hundred megabytes. */
const markMs = 10_000

/** Refused calls are counted by the minute; a count is written soon after its minute ended. */
const foldMs = 15_000

/** A key a day, region and service for a thousand busy callers: some hundred bytes each. */
const signingKeysMax = 4096

/** Whether an operator said which regions there are: then every one of them has digests, used or not. */
function namesRegions(config: Config): boolean {
  const unset = settings.find(({ key }) => key === 'regions')?.default
  return !isDeepStrictEqual(config.regions, unset)
}

/** Connects to nothing yet. */
function openStores({ stores }: Config): readonly SourceStore[] {
  return stores.map(({ credentials: source, expectedOwner, ...store }) => {
    const credentials = storeCredentials(source)
    const objects = createS3Store({
      endpoint: store.endpoint,
      region: store.region,
      pathStyle: store.pathStyle,
      ...(credentials && { credentials }),
      ...(expectedOwner !== undefined && { expectedOwner }),
    })
    return { name: store.name, endpoint: store.endpoint, buckets: store.buckets, objects }
  })
}

/** Those of the stores' buckets that trails may deliver into. */
function storeBuckets({ stores: configured }: Config, stores: readonly SourceStore[]): readonly StoreBucket[] {
  return configured.flatMap(({ name, region, buckets }) => {
    const objects = stores.find((store) => store.name === name)?.objects
    const delivered = buckets.filter(({ accounts }) => accounts.length > 0)
    return objects === undefined ? [] : delivered.map((bucket) => ({ ...bucket, region, objects }))
  })
}

async function loadModels(): Promise<ReadonlyMap<string, ServiceModel>> {
  return new Map(await Promise.all(serviceNames.map(async (name) => [name, await loadModel(name)] as const)))
}
