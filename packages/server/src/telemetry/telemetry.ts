import { bucketFacts } from './buckets.ts'
import { captureFacts } from './capture.ts'
import { deliveryFacts } from './delivery.ts'
import { forwardProxyFacts } from './forward-proxy.ts'
import { lakeFacts } from './lake.ts'
import { lakeQueryFacts } from './lake-queries.ts'
import { createLogger, describeError, type Logger } from './logger.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { readBackFacts } from './read-back.ts'

/** Everything the installation says about itself, one function per fact, grouped by who reports it. */
export type Telemetry = ReturnType<typeof createTelemetry>

export function createTelemetry(options: { readonly level: string; readonly write?: (line: string) => void }) {
  const logger = createLogger(options)
  const metrics = createMetrics()
  return {
    metrics,
    installation: installationFacts(logger),
    calls: callFacts(logger, metrics),
    auditEvents: auditEventFacts(metrics),
    log: logFacts(logger, metrics),
    history: historyFacts(logger, metrics),
    imports: importFacts(logger),
    delivery: deliveryFacts(logger, metrics),
    capture: captureFacts(logger, metrics.registry),
    forwardProxy: forwardProxyFacts(logger, metrics.registry),
    integrity: integrityFacts(logger),
    lake: lakeFacts(logger, metrics.registry),
    lakeQueries: lakeQueryFacts(logger, metrics.registry),
    pipeline: pipelineFacts(logger),
    buckets: bucketFacts(logger, metrics.registry),
    readBack: readBackFacts(logger, metrics.registry),
  }
}

function installationFacts(logger: Logger) {
  return {
    opened: (facts: { readonly dataDir: string; readonly tookMs: number }) => logger.info(facts, 'installation opened'),
    listening: (facts: { readonly endpoint: string; readonly mode: string }) => logger.info(facts, 'listening'),
    emulatorMode: () => logger.warn('emulator mode: any credentials are accepted'),
    testClock: (facts: { readonly clock: string }) => logger.warn(facts, 'test clock: times are not real'),
    failed: (error: unknown) => logger.fatal(describeError(error), 'durability in doubt: stopping'),
    closed: () => logger.info('installation closed'),
    intentsConcluded: (facts: { readonly intents: number }) => logger.warn(facts, 'calls cut off by a crash concluded'),
    tlsRenewed: () => logger.info('TLS certificate renewed'),
    tlsNotRenewed: (error: unknown) => logger.error(describeError(error), 'TLS certificate not renewed'),
  }
}

function callFacts(logger: Logger, metrics: Metrics) {
  return {
    answered(facts: {
      readonly eventSource: string
      readonly eventName: string
      readonly errorCode: string | undefined
      readonly elapsedMs: number
    }) {
      metrics.calls.inc({ source: facts.eventSource, outcome: facts.errorCode === undefined ? 'ok' : 'error' })
      metrics.callSeconds.observe(facts.elapsedMs / 1000)
      logger.debug(facts, 'call answered')
    },
    callBroke(facts: {
      readonly requestId: string
      readonly eventSource: string
      readonly eventName: string
      readonly error: unknown
    }) {
      metrics.brokenCalls.inc()
      const { error, ...names } = facts
      logger.error({ ...names, ...describeError(error) }, 'call failed')
    },
    endpointBroke(facts: { readonly path: string; readonly error: unknown }) {
      metrics.brokenCalls.inc()
      logger.error({ path: facts.path, ...describeError(facts.error) }, 'call failed')
    },
    refused: (reason: string) => metrics.refused.inc({ reason }),
    handlerFailed(error: unknown) {
      if (isAbort(error)) logger.info('caller left before the end of its answer')
      else logger.warn(describeError(error), 'answer broke off')
    },
    notKept: () => metrics.dataEventsNotKept.inc(),
  }
}

function auditEventFacts(metrics: Metrics) {
  return {
    taken(facts: { readonly taken: number; readonly repeated: number; readonly refused: number }) {
      for (const [outcome, count] of Object.entries(facts)) metrics.auditEvents.inc({ outcome }, count)
    },
  }
}

function logFacts(logger: Logger, metrics: Metrics) {
  return {
    full() {
      metrics.logFull.set(1)
      logger.error('disk full: changes are refused')
    },
    roomAgain() {
      metrics.logFull.set(0)
      logger.info('disk has room again')
    },
    tailCut: (facts: { readonly file: string; readonly at: number; readonly bytes: number }) =>
      logger.info(facts, 'unacknowledged tail of the event log cut'),
    damaged(facts: { readonly file: string; readonly at: number; readonly offset: number }) {
      metrics.logDamage.inc()
      logger.error(facts, 'event log damaged')
    },
    sealed: (facts: { readonly file: string; readonly bytesBefore: number; readonly bytesAfter: number }) =>
      logger.debug(facts, 'segment sealed'),
    sealFailed: (facts: { readonly file: string; readonly error: unknown }) =>
      logger.error({ file: facts.file, ...describeError(facts.error) }, 'segment not sealed'),
    removed: (facts: { readonly file: string; readonly frames: number }) => logger.info(facts, 'segment removed'),
  }
}

function historyFacts(logger: Logger, metrics: Metrics) {
  return {
    indexed(facts: { readonly events: number; readonly bytes: number; readonly tookMs: number }) {
      metrics.eventsIndexed.inc(facts.events)
      logger.debug(facts, 'events indexed')
    },
    rebuilding: (facts: { readonly reason: string }) => logger.warn(facts, 'history index is being rebuilt'),
    rebuilt: (facts: { readonly events: number; readonly tookMs: number }) =>
      logger.info(facts, 'history index rebuilt'),
    searched: (facts: {
      readonly plan: string
      readonly examined: number
      readonly tookMs: number
      readonly end: string
    }) => logger.debug(facts, 'history searched'),
  }
}

function importFacts(logger: Logger) {
  return {
    importFinished: (summary: object) => logger.info({ summary }, 'import finished'),
    importStopped(reason: unknown) {
      if (isAbort(reason)) logger.info('import stopped by its caller')
      else logger.warn(describeError(reason), 'import stopped')
    },
    followTook: (facts: { readonly id: string; readonly files: number; readonly events: number }) =>
      logger.info(facts, 'files of a followed store taken in'),
    followFailed: (facts: { readonly id: string; readonly error: unknown }) =>
      logger.warn({ id: facts.id, ...describeError(facts.error) }, 'followed store cannot be read'),
  }
}

function integrityFacts(logger: Logger) {
  return {
    digestKeyMade: (facts: { readonly region: string; readonly fingerprint: string; readonly validUntil: string }) =>
      logger.info(facts, 'digest key made'),
    digestsWritten: (facts: { readonly trail: string; readonly digests: number; readonly until: string }) =>
      logger.debug(facts, 'digests written'),
    digestsGivenUp: (facts: { readonly trail: string; readonly bucket: string; readonly region: string }) =>
      logger.warn(facts, 'digests given up: the trail is deleted, and its bucket is gone or refused for 30 days'),
    digestsFailed: (facts: { readonly trail: string; readonly error: unknown; readonly retryInMs: number }) =>
      logger.error({ trail: facts.trail, retryInMs: facts.retryInMs, ...describeError(facts.error) }, 'digests failed'),
    digestReplaced: (facts: { readonly bucket: string; readonly key: string }) =>
      logger.warn(facts, 'something else lay under the name of a digest and was replaced'),
  }
}

function pipelineFacts(logger: Logger) {
  return {
    consumerFailed: (facts: { readonly consumer: string; readonly error: unknown; readonly retryInMs: number }) =>
      logger.error(
        { consumer: facts.consumer, retryInMs: facts.retryInMs, ...describeError(facts.error) },
        'consumer failed',
      ),
    scheduledFailed: (error: unknown) => logger.error(describeError(error), 'scheduled task failed'),
  }
}

/** Somebody pressed Ctrl-C, or the server stops: nothing that anyone has to look into. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
