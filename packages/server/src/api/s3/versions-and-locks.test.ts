import { beforeEach, describe, expect, it } from 'vitest'
import { createBucket } from './create-bucket.ts'
import { deleteObject } from './delete-object.ts'
import { getObject } from './get-object.ts'
import { getObjectLegalHold } from './get-object-legal-hold.ts'
import { getObjectLockConfiguration } from './get-object-lock-configuration.ts'
import { getObjectRetention } from './get-object-retention.ts'
import { headObject } from './head-object.ts'
import { listObjectVersions } from './list-object-versions.ts'
import { putBucketVersioning } from './put-bucket-versioning.ts'
import { putObject } from './put-object.ts'
import { putObjectLegalHold } from './put-object-legal-hold.ts'
import { putObjectLockConfiguration } from './put-object-lock-configuration.ts'
import { putObjectRetention } from './put-object-retention.ts'
import { body, createS3Caller, type S3Caller, textOf } from './s3-caller.fixture.ts'

let s3: S3Caller
beforeEach(async () => {
  s3 = await createS3Caller()
  await s3.call(createBucket, { Bucket: 'locked', ObjectLockEnabledForBucket: true })
})
const at = { Bucket: 'locked', Key: 'key' }
const dayMs = 86_400_000
const put = async (text: string, more: object = {}) =>
  (await s3.call<'PutObject'>(putObject, { ...at, Body: body(text), ...more })).output.VersionId ?? ''
const destroy = (VersionId: string, bypass = false) =>
  s3.call(
    deleteObject,
    { ...at, VersionId },
    bypass ? { headers: { 'x-amz-bypass-governance-retention': 'true' } } : {},
  )
const isLocked = { code: 'AccessDenied', message: 'Access Denied because object protected by object lock.' }

describe('versions', () => {
  it('stay readable when the key is overwritten and deleted', async () => {
    const [first, second] = [await put('one'), await put('two')]
    const marker = (await s3.call<'DeleteObject'>(deleteObject, at)).output
    expect(marker).toMatchObject({ DeleteMarker: true })
    await expect(s3.call(getObject, at)).rejects.toMatchObject({ code: 'NoSuchKey' })
    const { output } = await s3.call<'GetObject'>(getObject, { ...at, VersionId: first })
    expect(await textOf(output.Body)).toBe('one')
    const listed = (await s3.call<'ListObjectVersions'>(listObjectVersions, { Bucket: 'locked' })).output
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([second, first])
    expect(listed.DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }])
  })

  it('are asked for by the actions of versions', async () => {
    const VersionId = await put('one')
    const { asked } = await s3.call(headObject, { ...at, VersionId })
    expect(asked[0]).toMatchObject({ action: 's3:GetObjectVersion', context: { 's3:versionid': VersionId } })
  })

  it.each([
    ['InvalidArgument', 'made up'],
    ['NoSuchVersion', '0'.repeat(32)],
  ])('fail with %s for %j', async (code, VersionId) => {
    await put('one')
    await expect(s3.call(getObject, { ...at, VersionId })).rejects.toMatchObject({ code })
  })

  it('cannot be suspended where locks hold them', async () => {
    const VersioningConfiguration = { Status: 'Suspended' as const }
    const call = s3.call(putBucketVersioning, { Bucket: 'locked', VersioningConfiguration })
    await expect(call).rejects.toMatchObject({ code: 'InvalidBucketState' })
  })
})

describe('Object Lock', () => {
  const retain = (mode: 'GOVERNANCE' | 'COMPLIANCE', days: number) => ({
    ObjectLockMode: mode,
    ObjectLockRetainUntilDate: s3.clock.now + days * dayMs,
  })

  it('keeps a version under compliance from everyone until its day', async () => {
    const version = await put('one', retain('COMPLIANCE', 2))
    await expect(destroy(version)).rejects.toMatchObject(isLocked)
    await expect(destroy(version, true)).rejects.toMatchObject(isLocked)
    s3.clock.now += 2 * dayMs
    await destroy(version)
  })

  it('lets governance be passed over by those who ask for it and may', async () => {
    const version = await put('one', retain('GOVERNANCE', 2))
    await expect(destroy(version)).rejects.toMatchObject(isLocked)
    const { asked } = await destroy(version, true)
    expect(asked.map(({ action }) => action)).toEqual(['s3:DeleteObjectVersion', 's3:BypassGovernanceRetention'])
  })

  it('keeps a held version however old it is', async () => {
    const version = await put('one')
    await s3.call(putObjectLegalHold, { ...at, LegalHold: { Status: 'ON' } })
    s3.clock.now += 1000 * dayMs
    await expect(destroy(version, true)).rejects.toMatchObject(isLocked)
    await s3.call(putObjectLegalHold, { ...at, LegalHold: { Status: 'OFF' } })
    expect((await s3.call(getObjectLegalHold, at)).output).toEqual({ LegalHold: { Status: 'OFF' } })
    await destroy(version)
  })

  it('gives new versions the bucket’s default', async () => {
    const Rule = { DefaultRetention: { Mode: 'COMPLIANCE' as const, Years: 1 } }
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const, Rule }
    await s3.call(putObjectLockConfiguration, { Bucket: 'locked', ObjectLockConfiguration })
    await put('one')
    expect((await s3.call(getObjectRetention, at)).output).toEqual({
      Retention: { Mode: 'COMPLIANCE', RetainUntilDate: s3.clock.now + 365 * dayMs },
    })
    expect((await s3.call(headObject, at)).output).toMatchObject({ ObjectLockMode: 'COMPLIANCE' })
  })

  it.each([
    ['GOVERNANCE', 5, 'GOVERNANCE', 6, false, true],
    ['GOVERNANCE', 5, 'COMPLIANCE', 5, false, true],
    ['GOVERNANCE', 5, 'GOVERNANCE', 4, false, false],
    ['GOVERNANCE', 5, 'GOVERNANCE', 4, true, true],
    ['COMPLIANCE', 5, 'COMPLIANCE', 6, false, true],
    ['COMPLIANCE', 5, 'COMPLIANCE', 4, true, false],
    ['COMPLIANCE', 5, 'GOVERNANCE', 9, true, false],
  ] as const)('%s for %d days to %s for %d, bypassing %s: %s', async (from, days, Mode, newDays, bypass, allowed) => {
    await put('one', retain(from, days))
    const Retention = { Mode, RetainUntilDate: s3.clock.now + newDays * dayMs }
    const headers = bypass ? { 'x-amz-bypass-governance-retention': 'true' } : {}
    const call = s3.call(putObjectRetention, { ...at, Retention }, { headers })
    if (allowed) await call
    else await expect(call).rejects.toMatchObject(isLocked)
  })

  it('refuses days gone by, and buckets without a lock', async () => {
    await put('one')
    const gone = { Mode: 'GOVERNANCE' as const, RetainUntilDate: s3.clock.now - 1 }
    await expect(s3.call(putObjectRetention, { ...at, Retention: gone })).rejects.toMatchObject({
      code: 'InvalidArgument',
    })
    await s3.call(createBucket, { Bucket: 'plain' })
    await expect(s3.call(getObjectLockConfiguration, { Bucket: 'plain' })).rejects.toMatchObject({
      code: 'ObjectLockConfigurationNotFoundError',
    })
    const Retention = { Mode: 'GOVERNANCE' as const, RetainUntilDate: s3.clock.now + dayMs }
    await expect(s3.call(putObjectRetention, { Bucket: 'plain', Key: 'key', Retention })).rejects.toMatchObject({
      code: 'InvalidRequest',
    })
  })
})
