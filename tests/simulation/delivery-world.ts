import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { publicKeys } from '@cairn/server/proofs'
import { createRandom, type Random } from '@cairn/testkit/seed'
import { expect } from 'vitest'
import type { EvidenceObject } from '../../packages/cli/src/offline/evidence.ts'
import type { HashPool } from '../../packages/cli/src/offline/hash-pool.ts'
import { verifyEvidence } from '../../packages/cli/src/offline/verify-evidence.ts'
import { createDestinations } from '../../packages/server/src/buckets/index.ts'
import {
  account,
  bucketPolicy,
  createWorld,
  type Life,
  startLife,
  type World,
} from '../../packages/server/src/delivery/delivery.fixture.ts'
import { Fault } from '../../packages/server/src/fault.ts'
import { createDigestBucket } from '../../packages/server/src/integrity/digest-bucket.ts'
import { createIntegrity, type Integrity } from '../../packages/server/src/integrity/index.ts'
import type { DigestKeys } from '../../packages/server/src/keys/index.ts'
import { systemIds } from '../../packages/server/src/storage/system/ids.ts'
import { createTrailEncryption, type Trail } from '../../packages/server/src/trails/index.ts'

const noCause = { intentId: undefined }
const minuteMs = 60_000
const place = { account, region: 'eu-west-1', name: 'main' }
const regions = ['eu-west-1', 'us-east-1', 'ap-southeast-2']
const names = ['audit', 'second'] as const

/** One key for all worlds: making them is most of what a chain costs, and not what is tried here. */
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicKey = pair.publicKey.export({ format: 'der', type: 'pkcs1' })
const keys: DigestKeys = {
  async signer() {
    return {
      fingerprint: createHash('md5').update(publicKey).digest('hex'),
      sign: (text) => sign('sha256', Buffer.from(text), pair.privateKey).toString('hex'),
    }
  },
  async prepare() {},
  async retire() {},
  published: () => [],
  all: () => [],
}

/** What goes wrong, as long as a process lives; a process that is gone touches nothing any more. */
interface Sky {
  isGone: boolean
  /** Of one call that something outside fails it; of one call that the process ends at it. */
  failure: number
  death: number
  /** Buckets that answer nothing. */
  readonly away: Set<string>
}

/** One trail with log file validation, through outages, refusals, crashes and changes that the seed chooses. */
export class DeliveryWorld {
  readonly random: Random
  readonly expected: string[] = []
  readonly #world: World
  readonly #sky: Sky = { isGone: false, failure: 0, death: 0, away: new Set() }
  #life: (Life & { readonly integrity: Integrity }) | undefined
  #next = 0
  #wasSetBack = false
  crashes = 0

  private constructor(seed: number, world: World) {
    this.random = createRandom(seed)
    this.#world = world
  }

  static async create(seed: number): Promise<DeliveryWorld> {
    const world = await createWorld()
    const made = new DeliveryWorld(seed, world)
    for (const name of names) await world.makeBucket(name)
    await world.makeTrail('main', { startedLoggingAtMs: world.time.clock.nowMs() })
    await made.#start()
    return made
  }

  get #trail(): Trail {
    const [trail] = this.#world.trails.ofAccount(account)
    if (trail === undefined) throw new TypeError('the trail is gone')
    return trail
  }

  /** One thing that the seed chooses, and the time in which it takes effect. */
  async step(): Promise<void> {
    const { random } = this
    const sky = this.#sky
    switch (random.below(12)) {
      case 0:
        sky.failure = random.pick([0, 0.02, 0.2, 0.5])
        break
      case 1:
        sky.death = random.pick([0, 0.01, 0.05])
        break
      case 2:
        if (!sky.away.delete('audit')) sky.away.add(random.pick(names))
        break
      case 3:
        await this.#allow(random.pick(names), random.chance(0.5))
        break
      case 4:
        await this.#turn(!this.#trail.isLogging)
        break
      case 5:
        await this.#edit((trail) => ({ ...trail, bucket: random.pick(names) }))
        break
      case 6:
        this.#jump(random.pick([-120, -5, 5, 120]))
        break
      case 7:
        await this.#crash()
        break
      default:
        for (let region = random.below(3); region >= 0; region -= 1) await this.#happen(1 + random.below(4))
    }
    await this.#pass(random.pick([1_000, 31_000, 40_000]))
    if (random.chance(0.5)) this.#world.time.jump(random.below(80) * minuteMs)
    await this.#digests()
  }

  /** Everything works again and time goes on until nothing is left to do. */
  async heal(): Promise<void> {
    const sky = this.#sky
    sky.failure = 0
    sky.death = 0
    sky.away.clear()
    if (sky.isGone) await this.#crash()
    for (const name of names) await this.#allow(name, true)
    if (!this.#trail.isLogging) await this.#turn(true)
    await this.#happen(2)
    await this.#pass(91_000)
    // Longer than any clock was set back: digests of a time that had been before are not made again.
    for (let hour = 0; hour < 10; hour += 1) {
      this.#jump(60)
      await this.#pass(2_000)
      await this.#digests()
    }
    await this.#life?.end()
  }

  /** Holds what lies in the buckets against what happened. */
  async check(pool: HashPool): Promise<void> {
    const delivered = await Promise.all(names.map((name) => this.#delivered(name)))
    expect(delivered.flat().sort(), 'every event once').toEqual(this.expected.toSorted())
    const objects = (await Promise.all(names.map((name) => this.#objects(name)))).flat()
    const listed = objects.filter(isDigest).flatMap(({ bytes }) => filesOf(bytes))
    expect(new Set(listed).size, 'no file on two lists').toBe(listed.length)
    const report = await verifyEvidence({
      objects: ReadableStream.from(objects),
      keys: publicKeys([publicKey.toString('base64')]),
      buckets: new Set(names),
      untilMs: this.#world.time.clock.nowMs(),
      pool,
      signal: new AbortController().signal,
    })
    // Where the clock was set back, the call that stopped the trail may be older than the chain it ended.
    const findings = report.findings.filter(({ kind }) => !(this.#wasSetBack && kind === 'chain-restarted'))
    expect(findings).toEqual([])
    expect(report.digests.proven).toBe(report.digests.found)
  }

  async #start(): Promise<void> {
    const { log, plan, objects, catalog, time, kms, trails } = this.#world
    // Others read the catalogue too; a process that is gone must not change it.
    const weathered = this.#weathered(catalog, { change: 'refused' })
    const life = await startLife(this.#world, {
      log: this.#weathered(log, { read: 'fails', fetch: 'fails' }),
      plan: this.#weathered(plan, { route: 'refused', claim: 'refused', settle: 'refused', redirect: 'refused' }),
      objects: this.#weathered(objects, { put: 'lost', open: 'fails', head: 'fails' }),
    })
    const integrity = createIntegrity({
      catalog: weathered,
      clock: time.clock,
      keys,
      bucket: createDigestBucket({
        destinations: createDestinations({ buckets: life.buckets, stores: [], clock: time.clock, ids: systemIds }),
        encryption: createTrailEncryption(kms),
        telemetry: { digestReplaced() {} },
      }),
      files: life.delivery,
      trails: () => trails.ofAccount(account),
      regions: [],
      telemetry: { digestsWritten() {}, digestsFailed() {}, digestsGivenUp() {} },
    })
    this.#life = { ...life, integrity }
  }

  /** What was under way fails at its next step, which is as far as anyone outside can tell a killed process from. */
  async #crash(): Promise<void> {
    this.#sky.isGone = true
    await this.#life?.end().catch(() => undefined)
    this.#sky.isGone = false
    this.crashes += 1
    await this.#start()
  }

  /**
   * `refused`: nothing was changed. `fails`: nothing was to be changed. `lost`: it may or may not have been done.
   * Before and behind each of them the process may end.
   */
  #weathered<Port extends object>(port: Port, moods: Partial<Record<keyof Port, 'refused' | 'fails' | 'lost'>>): Port {
    const sky = this.#sky
    const pass = () => {
      if (this.random.chance(sky.death)) sky.isGone = true
      if (sky.isGone) throw new Fault('object.io', 'the process is gone')
    }
    const strike = () => {
      if (this.random.chance(sky.failure)) throw new Fault('object.store-unreachable', 'no answer')
    }
    return new Proxy(port, {
      get(target, name) {
        const value = Reflect.get(target, name, target)
        const mood = moods[name as keyof Port]
        if (typeof value !== 'function') return value
        if (mood === undefined) return value.bind(target)
        return async (...given: readonly unknown[]) => {
          pass()
          strike()
          const [first] = given as readonly { readonly bucket?: string }[]
          if (mood === 'lost' && sky.away.has(first?.bucket ?? '')) {
            throw new Fault('object.store-unreachable', 'answer 503')
          }
          const result = await value.apply(target, given)
          pass()
          if (mood === 'lost') strike()
          return result
        }
      },
    })
  }

  async #pass(durationMs: number): Promise<void> {
    await this.#world.time.pass(durationMs)
    if (this.#sky.isGone) await this.#crash()
  }

  async #digests(): Promise<void> {
    await this.#life?.integrity.runNow().catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error
    })
    if (this.#sky.isGone) await this.#crash()
  }

  #jump(minutes: number): void {
    if (minutes < 0) this.#wasSetBack = true
    this.#world.time.jump(minutes * minuteMs)
  }

  #edit(change: (trail: Trail) => Trail): Promise<unknown> {
    return this.#world.trails.edit(noCause, place, change)
  }

  async #allow(bucket: string, isAllowed: boolean): Promise<void> {
    const policy = bucketPolicy(isAllowed ? bucket : 'elsewhere')
    await this.#life?.buckets.edit(noCause, bucket, (found) => ({ ...found, policy }))
  }

  async #happen(events: number): Promise<void> {
    const ids = Array.from({ length: events }, () => this.#newId())
    await this.#world.happen(ids, { region: this.random.pick(regions) })
    if (this.#trail.isLogging) this.expected.push(...ids)
  }

  #newId(): string {
    this.#next += 1
    return `e${this.#next}`
  }

  /** The call that starts or stops logging: its event is selected by the one version or the other. */
  async #turn(isLogging: boolean): Promise<void> {
    const { catalog, time } = this.#world
    const before = catalog.version
    const nowMs = time.clock.nowMs()
    await this.#edit((trail) => ({
      ...trail,
      isLogging,
      ...(isLogging ? { startedLoggingAtMs: nowMs } : { stoppedLoggingAtMs: nowMs }),
    }))
    const id = this.#newId()
    const record = {
      eventTime: new Date(nowMs).toISOString().replace(/\.\d+/, ''),
      eventSource: 'cloudtrail.amazonaws.com',
      eventName: isLogging ? 'StartLogging' : 'StopLogging',
      requestParameters: { name: this.#trail.arn },
      awsRegion: place.region,
      recipientAccountId: account,
      eventID: id,
      readOnly: false,
      managementEvent: true,
      eventCategory: 'Management',
    }
    await this.#world.happen([id], {
      catalogVersion: before,
      catalogVersionAfter: catalog.version,
      bytes: Buffer.from(JSON.stringify(record)),
    })
    this.expected.push(id)
  }

  async #delivered(bucket: string): Promise<readonly string[]> {
    const ids: string[] = []
    for (const object of await this.#objects(bucket)) {
      if (isDigest(object)) continue
      const { Records } = parsed<{ readonly Records: readonly { readonly eventID: string }[] }>(object.bytes)
      ids.push(...Records.map(({ eventID }) => eventID))
    }
    return ids
  }

  async #objects(bucket: string) {
    const { objects } = await this.#world.objects.list({ bucket, limit: 100_000 })
    return Promise.all(
      objects.map(async ({ key, headers, lastModifiedMs }) => {
        const object = await this.#world.objects.open(bucket, key)
        const chunks: Uint8Array[] = []
        for await (const chunk of object?.read() ?? []) chunks.push(chunk)
        const metadata = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.replace('x-amz-meta-', ''), value]),
        )
        const bytes = Uint8Array.from(Buffer.concat(chunks))
        return { key, place: key, bucket, metadata, storedAtMs: lastModifiedMs, bytes } satisfies EvidenceObject
      }),
    )
  }
}

const isDigest = ({ key }: { readonly key: string }) => key.includes('/CloudTrail-Digest/')

function parsed<Content>(bytes: Uint8Array): Content {
  return JSON.parse(gunzipSync(bytes).toString()) as Content
}

function filesOf(bytes: Uint8Array): readonly string[] {
  const { logFiles } = parsed<{ readonly logFiles: readonly { s3Bucket: string; s3Object: string }[] }>(bytes)
  return logFiles.map(({ s3Bucket, s3Object }) => `${s3Bucket}/${s3Object}`)
}
