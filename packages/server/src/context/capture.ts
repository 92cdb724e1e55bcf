import { readFileSync } from 'node:fs'
import type { SigningKeys } from '@cairn/aws-kit/sigv4'
import type { Buckets } from '../buckets/index.ts'
import { createExchanges, createIdentifyCaller, createJournal, idleNames } from '../capture/exchange/index.ts'
import { createGateway, type UpstreamOptions } from '../capture/gateway/index.ts'
import { type Config, storeCredentials } from '../config/index.ts'
import { Fault } from '../fault.ts'
import type { Admission } from '../http/admission.ts'
import { createCarryStages, describeError } from '../http/carry-stages.ts'
import type { Identity } from '../identity/index.ts'
import type { Recorder } from '../pipeline/index.ts'
import type { Storage } from '../profiles/storage.ts'
import type { Telemetry } from '../telemetry/index.ts'
import type { Trails } from '../trails/index.ts'

/** Builds what carries calls to upstreams: for the gateway, and for a forward proxy on the same installation. */
export async function openCapture(options: {
  readonly config: Config
  readonly storage: Storage
  readonly identity: Identity
  readonly recorder: Recorder
  readonly admission: Admission
  readonly signingKeys: SigningKeys
  readonly buckets: Buckets
  readonly trails: Trails
  readonly partition: string
  readonly telemetry: Telemetry['capture']
}) {
  const { config, storage, identity, signingKeys, buckets, trails, partition, telemetry } = options
  const { clock, machineClock, ids, catalog } = storage
  const { account, region, limits, capture } = config
  const ofUpstreams = config.upstreams.flatMap(({ services }) => services)
  for (const idle of idleNames(capture.rules, ofUpstreams)) telemetry.ruleWithoutCalls(idle)
  const catalogVersion = () => catalog.version
  const place = { account, region, partition }
  const exchanges = createExchanges({
    ...place,
    journal: createJournal({
      ...place,
      recorder: options.recorder,
      catalogVersion,
      clock,
      ids,
      onFailure: capture.onRecordFailure,
      telemetry,
    }),
    catalogVersion,
    clock,
    ids,
    rules: capture.rules,
    describeError,
    telemetry,
  })
  const identify = createIdentifyCaller({ ...place, identity, signingKeys, machineClock, mappings: capture.identities })
  const stages = createCarryStages({
    ...options,
    machineClock,
    region,
    trustedHosts: [config.host, ...config.trustedHosts],
    headersMax: limits.headersMax,
  })
  const gateway = createGateway({
    ...place,
    ...stages,
    upstreams: config.upstreams.map(upstreamOptions),
    exchanges,
    identify,
    machineClock,
    ...ownBuckets(config, buckets, trails),
    answerTimeoutMs: capture.answerTimeout,
    bodyTimeoutMs: limits.requestTimeout,
    streamIdleMs: limits.idleTimeout,
    telemetry,
  })
  await checkCredentials(config, telemetry)
  await gateway.checkBuckets()
  return { exchanges, identify, gateway }
}

/** Calls would fail one by one, and their callers could not know why. A file may still come, so the start goes on. */
async function checkCredentials({ upstreams }: Config, telemetry: Telemetry['capture']): Promise<void> {
  for (const { services, sign, credentials = '' } of upstreams) {
    if (sign !== 'resign') continue
    try {
      await credentialsOf(credentials)()
    } catch (error) {
      telemetry.upstreamWithoutCredentials({ upstream: services.join(','), error })
    }
  }
}

/** Those that are named; else those that exist here and those trails deliver to. */
function ownBuckets({ buckets: { own }, account, accounts }: Config, buckets: Buckets, trails: Trails) {
  const named = own && new Set(own)
  const ofTrails = () => trails.all().map(({ bucket }) => bucket)
  return {
    isOwnBucket: (name: string) => named?.has(name) ?? (buckets.find(name) !== undefined || ofTrails().includes(name)),
    ownBuckets: () => {
      if (own) return own
      const existing = [account, ...accounts].flatMap((one) => buckets.ofAccount(one)).map(({ name }) => name)
      return [...new Set([...existing, ...ofTrails()])]
    },
  }
}

function upstreamOptions(one: Config['upstreams'][number]): UpstreamOptions {
  const { services, endpoint, sign, credentials, region, ca, port } = one
  return {
    services,
    endpoint,
    signing: sign === 'resign' ? { mode: sign, credentials: credentialsOf(credentials ?? '') } : { mode: sign },
    ...(region !== undefined && { region }),
    ...(ca !== undefined && { ca: readCa(ca) }),
    ...(port !== undefined && { port }),
  }
}

function credentialsOf(source: string) {
  const read = storeCredentials(source)
  if (read) return read
  throw new Fault('config.no-credentials', 'an upstream has no credentials', { source })
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Fault('gateway.ca-unreadable', 'certificates to trust cannot be read', { path }, { cause })
  }
}
