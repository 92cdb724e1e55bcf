import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createMemoryCatalog } from '../storage/memory/catalog.ts'
import { createMemoryEventLog } from '../storage/memory/event-log.ts'
import { createMemoryKeyVault } from '../storage/memory/key-vault.ts'
import { materialCollection } from './key.ts'
import { createKms } from './kms.ts'
import { rotationFrom } from './rotation.ts'

const dayMs = 86_400_000
const cause = { intentId: undefined }

function install() {
  let nowMs = Date.parse('2026-05-01T00:00:00Z')
  let seed = 0
  const catalog = createMemoryCatalog()
  const log = createMemoryEventLog()
  const kms = createKms({
    catalog,
    log,
    vault: createMemoryKeyVault(),
    clock: { nowMs: () => nowMs },
    ids: {
      uuid: () => `00000000-0000-4000-8000-${String(++seed).padStart(12, '0')}`,
      bytes: (count) => createHash('shake256', { outputLength: count }).update(String(++seed)).digest(),
    },
    partition: 'aws',
    demandsPolicies: true,
  })
  const create = () =>
    kms.create(cause, {
      account: '111122223333',
      region: 'eu-west-1',
      description: '',
      policy: () => '{}',
      tags: [],
    })
  const events = async () =>
    (await log.read(log.bounds().first, 1 << 20)).map(
      ({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>,
    )
  const pass = (days: number) => {
    nowMs += days * dayMs
  }
  return { kms, catalog, log, create, events, pass, now: () => nowMs }
}

test('a key is deleted when its window is over, with its aliases and all material, and a record says so', async () => {
  const { kms, catalog, create, events, pass, now } = install()
  const key = await create()
  const kept = await create()
  const alias = { account: key.account, region: key.region, name: 'alias/gone' }
  await kms.editAlias(cause, alias, () => ({ ...alias, keyId: key.id, createdAtMs: 0, updatedAtMs: 0 }))
  const deletesAtMs = now() + 7 * dayMs
  await kms.edit(cause, key, (one) => ({ ...one, state: { kind: 'pending-deletion', deletesAtMs, windowDays: 7 } }))

  pass(6.99)
  await kms.runDue()
  expect(kms.find(key)?.state.kind).toBe('pending-deletion')

  pass(0.01)
  await kms.runDue()
  await kms.runDue()
  expect(kms.find(key)).toBeUndefined()
  expect(kms.findAlias(alias)).toBeUndefined()
  expect(catalog.list(materialCollection).map(({ key: path }) => path)).toEqual([`${kept.id}/${kept.materials[0]?.id}`])
  const records = await events()
  expect(records).toHaveLength(1)
  expect(records[0]).toMatchObject({
    eventName: 'DeleteKey',
    eventType: 'AwsServiceEvent',
    userIdentity: { accountId: '111122223333', invokedBy: 'AWS Internal' },
    resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: key.arn }],
    readOnly: false,
    managementEvent: true,
  })
})

test('rotation gives new material when due; what older material encrypted still opens', async () => {
  const { kms, create, events, pass, now } = install()
  const key = await create()
  await kms.edit(cause, key, (one) => ({ ...one, rotation: rotationFrom(now(), 90) }))
  const before = kms.encrypt(key, Buffer.from('old'), {})

  pass(90)
  await kms.runDue()
  const rotated = kms.find(key) ?? key
  expect(rotated.materials.map(({ rotation }) => rotation)).toEqual([undefined, 'AUTOMATIC'])
  expect(rotated.rotation?.nextAtMs).toBe(now() + 90 * dayMs)
  const after = kms.encrypt(rotated, Buffer.from('new'), {})
  expect(after.materialId).not.toBe(before.materialId)
  expect(kms.decrypt(rotated, before.blob, {})).toEqual(Buffer.from('old'))
  expect(kms.decrypt(rotated, after.blob, {})).toEqual(Buffer.from('new'))
  const [record] = await events()
  expect(record).toMatchObject({
    eventName: 'RotateKey',
    serviceEventDetails: {
      rotationType: 'AUTOMATIC',
      previousKeyMaterialId: before.materialId,
      currentKeyMaterialId: after.materialId,
    },
  })
})

test('a disabled key is rotated when it is enabled again, not before', async () => {
  const { kms, create, pass, now } = install()
  const key = await create()
  await kms.edit(cause, key, (one) => ({ ...one, state: { kind: 'disabled' }, rotation: rotationFrom(now(), 90) }))
  pass(100)
  await kms.runDue()
  expect(kms.find(key)?.materials).toHaveLength(1)
  await kms.edit(cause, key, (one) => ({ ...one, state: { kind: 'enabled' } }))
  await kms.runDue()
  expect(kms.find(key)?.materials).toHaveLength(2)
})

test('an event that the log refused is written by the next run, once, under its id', async () => {
  const { kms, log, create, events, pass, now } = install()
  const key = await create()
  const deletesAtMs = now() + 7 * dayMs
  await kms.edit(cause, key, (one) => ({ ...one, state: { kind: 'pending-deletion', deletesAtMs, windowDays: 7 } }))
  pass(7)
  const append = log.append.bind(log)
  log.append = () => Promise.reject(new Error('full'))
  await expect(kms.runDue()).rejects.toThrow('full')
  expect(kms.find(key)).toBeUndefined()
  log.append = append
  await kms.runDue()
  await kms.runDue()
  expect((await events()).map(({ eventName }) => eventName)).toEqual(['DeleteKey'])
})
