/**
 * Generating and decrypting a data key, material unsealed for each use, beside what the format cannot do without: an
 * HKDF and an AES-GCM run for each of the two, by turns in the same run.
 *
 * Usage: node bench/kms.ts [seconds]
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKms } from '../packages/server/src/kms/index.ts'
import { openLocalKeyRing } from '../packages/server/src/storage/local-key-ring/index.ts'
import { createMemoryCatalog } from '../packages/server/src/storage/memory/catalog.ts'
import { createMemoryEventLog } from '../packages/server/src/storage/memory/event-log.ts'
import { systemClock } from '../packages/server/src/storage/system/clock.ts'

const seconds = Number(process.argv[2] ?? 6)
const rounds = 8
const ids = { uuid: () => crypto.randomUUID(), bytes: (count: number) => randomBytes(count) }
const context = { 'aws:cloudtrail:arn': 'arn:aws:cloudtrail:us-east-1:123456789012:trail/main' }

const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'))
const vault = await openLocalKeyRing({ path: join(folder, 'vault.key'), mayCreate: true, ids, clock: systemClock })
const kms = createKms({
  catalog: createMemoryCatalog(),
  log: createMemoryEventLog(),
  vault,
  clock: systemClock,
  ids,
  partition: 'aws',
  demandsPolicies: true,
})
const place = { account: '123456789012', region: 'us-east-1' }
const key = await kms.create({ intentId: undefined }, { ...place, description: '', policy: () => '{}', tags: [] })

function ours(): void {
  const { blob } = kms.encrypt(key, ids.bytes(32), context)
  if (kms.decrypt(key, blob, context) === undefined) throw new TypeError('did not open')
}

const material = randomBytes(32)
const aad = Buffer.alloc(200)

function limit(): void {
  const salt = randomBytes(16)
  const nonce = randomBytes(12)
  const derive = () => new Uint8Array(hkdfSync('sha256', material, salt, 'bench', 32))
  const cipher = createCipheriv('aes-256-gcm', derive(), nonce).setAAD(aad)
  const sealed = Buffer.concat([cipher.update(randomBytes(32)), cipher.final()])
  const decipher = createDecipheriv('aes-256-gcm', derive(), nonce).setAAD(aad).setAuthTag(cipher.getAuthTag())
  decipher.update(sealed)
  decipher.final()
}

function perSecond(work: () => void, ms: number): number {
  const began = performance.now()
  let done = 0
  while (performance.now() - began < ms) {
    for (let count = 0; count < 100; count += 1) work()
    done += 100
  }
  return (done * 1000) / (performance.now() - began)
}

const measured = { ours: 0, limit: 0 }
const turnMs = (seconds * 1000) / (2 * rounds)
for (let round = 0; round < rounds; round += 1) {
  measured.ours += perSecond(ours, turnMs) / rounds
  measured.limit += perSecond(limit, turnMs) / rounds
}
await rm(folder, { recursive: true })
const { ours: own, limit: most } = measured
process.stdout.write(
  `data key generated and decrypted: ${Math.round(own)}/s, limit ${Math.round(most)}/s, ratio ${(own / most).toFixed(2)}\n`,
)
