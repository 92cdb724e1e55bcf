import { createHash, createPublicKey, verify } from 'node:crypto'
import { stringToSign } from '@cairn/core/digest'
import { describe, expect, test } from 'vitest'
import { chainRecord } from './chain-record.ts'
import { arn, createDigestWorld, firstEndMs, hourMs, startMs } from './integrity.fixture.ts'

type World = Awaited<ReturnType<typeof createDigestWorld>>

/** Checks each digest of a bucket as a stranger would; answers the ends of their windows. */
async function verifyAll({ digests, keys }: World, bucket = 'audit'): Promise<string[]> {
  const found = await digests(bucket)
  const published = new Map(keys.all().map((key) => [key.fingerprint, key]))
  for (const { key, headers, text, json } of found) {
    const publicKey = published.get(json.digestPublicKeyFingerprint)
    expect(publicKey).toBeDefined()
    const signed = stringToSign({
      endTime: json.digestEndTime,
      bucket: json.digestS3Bucket,
      key,
      sha256: createHash('sha256').update(text).digest('hex'),
      previousSignature: json.previousDigestSignature ?? undefined,
    })
    const der = Buffer.from(publicKey?.publicKey ?? '', 'base64')
    const signature = Buffer.from(headers['x-amz-meta-signature'] ?? '', 'hex')
    const isValid = verify(
      'sha256',
      Buffer.from(signed),
      createPublicKey({ key: der, format: 'der', type: 'pkcs1' }),
      signature,
    )
    expect({ key, isValid, place: json.digestS3Object }).toEqual({ key, isValid: true, place: key })
  }
  return found.map(({ json }) => json.digestEndTime)
}

const namesOf = (digest: { readonly json: { readonly logFiles: readonly { readonly s3Object: string }[] } }) =>
  digest.json.logFiles.map(({ s3Object }) => s3Object.split('/').at(-1))

describe('an hour after hour chain', () => {
  test('begins with a digest that ends at the second of StartLogging and has no predecessor', async () => {
    const world = await createDigestWorld()
    await world.start().run()
    const [first] = await world.digests()
    expect(first?.json).toMatchObject({
      digestStartTime: '2026-03-01T09:17:31Z',
      digestEndTime: '2026-03-01T10:17:31Z',
      previousDigestSignature: null,
      previousDigestS3Object: null,
      newestEventTime: null,
      logFiles: [],
    })
  })

  test('lists a file in the hour in which its put was confirmed, and links each digest to the one before', async () => {
    const world = await createDigestWorld()
    const integrity = world.start()
    await integrity.run()
    world.deliver('early')
    world.world.clock.at = firstEndMs + hourMs - 1
    world.deliver('last moment')
    world.world.clock.at = firstEndMs + hourMs
    world.deliver('first moment')
    world.world.clock.at = firstEndMs + 2 * hourMs + 1_000
    await integrity.run()
    const [first, second, third] = await world.digests()
    expect(second && namesOf(second)).toEqual(['early', 'last moment'])
    expect(third && namesOf(third)).toEqual(['first moment'])
    expect(second?.json).toMatchObject({
      previousDigestS3Object: first?.key,
      previousDigestSignature: first?.headers['x-amz-meta-signature'],
      previousDigestHashValue: createHash('sha256')
        .update(first?.text ?? '')
        .digest('hex'),
    })
    expect(await verifyAll(world)).toEqual(['2026-03-01T10:17:31Z', '2026-03-01T11:17:31Z', '2026-03-01T12:17:31Z'])
  })

  test('has every hour of an absence, one by one', async () => {
    const world = await createDigestWorld()
    await world.start().run()
    world.world.clock.at = firstEndMs + 30 * hourMs + 5_000
    await world.start().run()
    expect(await verifyAll(world)).toHaveLength(31)
  })

  test('is made in each region in use, all at the same second', async () => {
    const world = await createDigestWorld()
    const integrity = world.start()
    await integrity.run()
    world.world.clock.at = firstEndMs + 1.5 * hourMs
    world.deliver('far', { region: 'ap-south-1' })
    world.world.regions.push('ap-south-1')
    await integrity.run()
    world.world.clock.at = firstEndMs + 2 * hourMs + 1_000
    await integrity.run()
    const far = (await world.digests()).filter(({ key }) => key.includes('/ap-south-1/'))
    expect(far.map(({ json }) => json.digestEndTime)).toEqual(['2026-03-01T11:17:31Z', '2026-03-01T12:17:31Z'])
    expect(far.map(namesOf)).toEqual([[], ['far']])
    await verifyAll(world)
  })
})

describe('the end of a chain', () => {
  const stopped = async () => {
    const made = await createDigestWorld()
    const integrity = made.start()
    await integrity.run()
    made.world.clock.at = startMs + 600_000
    if (made.world.trail)
      made.world.trail = { ...made.world.trail, isLogging: false, stoppedLoggingAtMs: made.world.clock.at }
    return { made, integrity }
  }

  test('waits until everything is delivered, and lists it', async () => {
    const { made, integrity } = await stopped()
    made.world.isDrained = false
    await integrity.run()
    expect(await made.digests()).toHaveLength(1)
    made.world.clock.at += 20_000
    made.deliver('the call that stopped it')
    made.world.isDrained = true
    await integrity.run()
    const [, last] = await made.digests()
    expect(last && namesOf(last)).toEqual(['the call that stopped it'])
    made.world.clock.at += 10 * hourMs
    await integrity.run()
    expect(await verifyAll(made)).toHaveLength(2)
  })

  test('comes when the trail is deleted, too', async () => {
    const { made, integrity } = await stopped()
    made.world.trail = undefined
    await integrity.run()
    expect(await verifyAll(made)).toHaveLength(2)
  })

  test('is given up when the trail is deleted and its bucket is gone: nobody can receive it', async () => {
    const { made, integrity } = await stopped()
    made.world.verdict = 'no-such-bucket'
    await integrity.run()
    expect(chainRecord(made.world.catalog, arn, 'eu-west-1')).toMatchObject({ isClosed: false, error: 'NoSuchBucket' })
    made.world.trail = undefined
    made.world.clock.at += 60_000
    await integrity.run()
    const ended = chainRecord(made.world.catalog, arn, 'eu-west-1')
    expect(ended).toMatchObject({ isClosed: true })
    expect(ended?.claim).toBeUndefined()
  })

  test('is given up when the trail is deleted and its bucket keeps it out for 30 days', async () => {
    const { made, integrity } = await stopped()
    made.world.verdict = 'denied'
    made.world.trail = undefined
    made.world.clock.at += 29 * 24 * hourMs
    await integrity.run()
    expect(chainRecord(made.world.catalog, arn, 'eu-west-1')).toMatchObject({ isClosed: false })
    made.world.clock.at += 2 * 24 * hourMs
    await integrity.run()
    expect(chainRecord(made.world.catalog, arn, 'eu-west-1')).toMatchObject({ isClosed: true })
  })

  test('and another begins at the second in which logging starts again', async () => {
    const { made, integrity } = await stopped()
    await integrity.run()
    made.world.clock.at = startMs + 5.25 * hourMs
    if (made.world.trail)
      made.world.trail = { ...made.world.trail, isLogging: true, startedLoggingAtMs: made.world.clock.at }
    await integrity.run()
    made.world.clock.at += hourMs + 1_000
    await integrity.run()
    const [, , first, second] = await made.digests()
    expect(first?.json).toMatchObject({ digestEndTime: '2026-03-01T15:32:31Z', previousDigestS3Object: null })
    expect(second?.json.previousDigestS3Object).toBe(first?.key)
    await verifyAll(made)
  })

  test('comes before the next chain where logging starts again at once', async () => {
    const { made, integrity } = await stopped()
    made.world.isDrained = false
    if (made.world.trail)
      made.world.trail = { ...made.world.trail, isLogging: true, startedLoggingAtMs: made.world.clock.at }
    await integrity.run()
    expect(await verifyAll(made)).toEqual(['2026-03-01T10:17:31Z', '2026-03-01T10:27:30Z', '2026-03-01T10:27:31Z'])
  })
})

describe('when things fail', () => {
  test('a digest whose put succeeded and was not heard of is not written again', async () => {
    const world = await createDigestWorld()
    const { put } = world.world
    let puts = 0
    world.world.put = async (object) => {
      puts += 1
      const head = await put(object)
      if (puts === 1) throw new Error('connection reset')
      return head
    }
    await world.start().run()
    expect(world.start().status(world.world.trail?.arn ?? '', 'eu-west-1')).toEqual({ error: 'InternalError' })
    await world.start().run()
    expect(puts).toBe(2)
    expect(await verifyAll(world)).toHaveLength(1)
    expect(world.start().status(world.world.trail?.arn ?? '', 'eu-west-1')).toEqual({ deliveredAtMs: startMs })
  })

  test('a claim found after a crash is written as it was signed, without the key', async () => {
    const world = await createDigestWorld()
    const { put } = world.world
    world.world.put = async () => {
      throw new Error('killed')
    }
    await world.start().run()
    world.world.put = put
    world.world.vault.unseal = () => {
      throw new Error('the key is gone')
    }
    await world.start().run()
    expect(await verifyAll(world)).toHaveLength(1)
  })

  test('a refusing bucket shows in the status, and every hour follows when it lets digests in again', async () => {
    const world = await createDigestWorld()
    world.world.verdict = 'denied'
    const integrity = world.start()
    await integrity.run()
    expect(integrity.status(world.world.trail?.arn ?? '', 'eu-west-1').error).toBe('AccessDenied')
    world.world.verdict = 'allowed'
    world.world.clock.at = firstEndMs + 5 * hourMs + 1_000
    await integrity.run()
    expect(integrity.status(world.world.trail?.arn ?? '', 'eu-west-1').error).toBeUndefined()
    expect(await verifyAll(world)).toHaveLength(6)
  })

  test('something else under the name of a digest is replaced by it', async () => {
    const world = await createDigestWorld()
    await world.start().run()
    const [first] = await world.digests()
    const next = (first?.key ?? '').replace('T101731Z', 'T111731Z')
    const body = (async function* () {
      yield Buffer.from('{}')
    })()
    await world.world.store.put({ bucket: 'audit', key: next, headers: {}, body })
    world.world.clock.at = firstEndMs + hourMs + 1_000
    await world.start().run()
    expect(await verifyAll(world)).toHaveLength(2)
  })

  test('a file proven stored in an hour that is signed already goes into a chain of its own', async () => {
    const world = await createDigestWorld()
    const integrity = world.start()
    world.world.clock.at = firstEndMs + 3 * hourMs + 1_000
    await integrity.run()
    world.deliver('late', { storedAtMs: firstEndMs + 1.5 * hourMs })
    world.deliver('in time')
    world.world.clock.at = firstEndMs + 4 * hourMs + 1_000
    await integrity.run()
    world.deliver('later', { storedAtMs: firstEndMs + 0.5 * hourMs })
    world.world.clock.at = firstEndMs + 5 * hourMs + 1_000
    await integrity.run()
    const all = await world.digests()
    const backfill = all.filter(({ key }) => key.endsWith('Z_backfill.json.gz'))
    expect(backfill.map(namesOf)).toEqual([['late'], ['later']])
    expect(backfill.map(({ json }) => json.previousDigestS3Object)).toEqual([null, backfill[0]?.key])
    expect(backfill[0]?.json).toMatchObject({
      digestStartTime: '2026-03-01T11:17:31Z',
      digestEndTime: '2026-03-01T12:17:31Z',
    })
    expect(backfill[0]?.headers['x-amz-meta-backfill-generation-timestamp']).toBe('2026-03-01T14:17:32.000Z')
    expect(all.filter(({ key }) => !key.includes('backfill')).flatMap(namesOf)).toEqual(['in time'])
    await verifyAll(world)
  })
})

test('the chain goes on in another bucket', async () => {
  const world = await createDigestWorld()
  const integrity = world.start()
  await integrity.run()
  if (world.world.trail) world.world.trail = { ...world.world.trail, bucket: 'other' }
  world.world.clock.at = firstEndMs + hourMs + 1_000
  await integrity.run()
  const [first] = await world.digests()
  const [second] = await world.digests('other')
  expect(second?.json).toMatchObject({ previousDigestS3Bucket: 'audit', previousDigestS3Object: first?.key })
  await verifyAll(world, 'other')
})

test('keys follow each other over months, each covering what it signed', async () => {
  const world = await createDigestWorld()
  const integrity = world.start()
  await integrity.run()
  for (let day = 1; day <= 65; day += 5) {
    world.world.clock.at = firstEndMs + day * 24 * hourMs + 1_000
    await integrity.runNow()
  }
  const ends = await verifyAll(world)
  expect(ends).toHaveLength(61 * 24 + 1)
  const all = world.keys.all()
  expect(all.length).toBeGreaterThanOrEqual(3)
  for (const { json } of await world.digests()) {
    const endMs = Date.parse(json.digestEndTime)
    const range = world.keys.published('eu-west-1', endMs, endMs).map((key) => key.fingerprint)
    expect(range).toContain(json.digestPublicKeyFingerprint)
  }
}, 20_000)
