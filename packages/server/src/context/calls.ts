import { loadModel, modelNames, type ServiceModel } from '@cairn/aws-kit/model'
import { createSigningKeys } from '@cairn/aws-kit/sigv4'
import type { Capabilities } from '../api/capabilities.ts'
import { endpoints } from '../api/generated/endpoints.ts'
import { operations } from '../api/generated/operations.ts'
import type { Config } from '../config/index.ts'
import { createAdmission } from '../http/admission.ts'
import { createEndpointCaller } from '../http/call-endpoint.ts'
import { createRecordEndpoint } from '../http/record-endpoint.ts'
import { createCallServer } from '../http/serve-call.ts'
import { createEndpointServer, endpointPrefix } from '../http/serve-endpoint.ts'
import type { HttpHandler } from '../http-message.ts'
import { createStoreMatcher } from '../lake/stores/index.ts'
import {
  concludeOpenIntents,
  createConcludeCall,
  createFindWritten,
  createOpenIntents,
  createRecorder,
} from '../pipeline/index.ts'
import type { Storage } from '../profiles/storage.ts'
import type { Quotas } from '../quotas/index.ts'
import type { Telemetry } from '../telemetry/index.ts'
import type { TrailMatcher } from '../trails/index.ts'
import { openCapture } from './capture.ts'

/** Builds what answers calls, and records each: operations of AWS, our own endpoints, what is carried to upstreams. */
export async function openCalls(options: {
  readonly config: Config
  readonly storage: Storage
  readonly capabilities: Capabilities
  readonly partition: string
  readonly quotas: Quotas
  readonly trailMatcher: TrailMatcher
  readonly telemetry: Telemetry
}) {
  const { config, storage, capabilities, partition, quotas, trailMatcher, telemetry } = options
  const { clock, machineClock, ids, catalog, log } = storage
  const { identity } = capabilities
  const storeMatcher = createStoreMatcher(catalog)
  const findWritten = createFindWritten(storage.objects)
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
    buckets: capabilities.buckets,
    trails: capabilities.trails,
    partition,
    telemetry: telemetry.capture,
  })
  const handle: HttpHandler = (request) =>
    request.head.path.startsWith(endpointPrefix)
      ? answerEndpoint(request)
      : (capture.gateway.carry(request) ?? answerCall(request))
  const endpoint = createEndpointCaller(endpoints, capabilities, recordEndpoint)
  return { recorder, openIntents, capture, handle, endpoint }
}

/** A key a day, region and service for a thousand busy callers: some hundred bytes each. */
const signingKeysMax = 4096

async function loadModels(): Promise<ReadonlyMap<string, ServiceModel>> {
  return new Map(await Promise.all(modelNames.map(async (name) => [name, await loadModel(name)] as const)))
}
