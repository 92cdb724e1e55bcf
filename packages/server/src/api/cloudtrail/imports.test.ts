import { beforeAll, describe, expect, test, vi } from 'vitest'
import { account, createLakeCaller, failure } from './lake.fixture.ts'

type Caller = Awaited<ReturnType<typeof createLakeCaller>>

const unknownId = '00000000-0000-4000-8000-000000000000'
const role = `arn:aws:iam::${account}:role/import`
const folder = `AWSLogs/${account}/CloudTrail/us-east-1/2026/01/01/`
const sourceOf = (prefix: string) => ({
  S3: { S3LocationUri: `s3://logs/${prefix}`, S3BucketRegion: 'us-east-1', S3BucketAccessRoleArn: role },
})

async function put(cairn: Caller, path: string, body = '') {
  const answer = await cairn.send({ method: 'PUT', path, body, service: 's3' })
  expect(answer.status).toBe(200)
}

async function iam(cairn: Caller, members: Readonly<Record<string, string>>) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams({ Version: '2010-05-08', ...members }).toString()
  expect((await cairn.send({ service: 'iam', headers, body })).status).toBe(200)
}

const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })

/** Two imports that found nothing, after one of a file that is none. */
async function worldOfImports() {
  const cairn = await createLakeCaller()
  await put(cairn, '/logs')
  await put(cairn, `/logs/bad/${folder}${account}_CloudTrail_us-east-1_20260101T0000Z_a.json.gz`, 'no gzip at all')
  const trust = policy({ Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'sts:AssumeRole' })
  await iam(cairn, { Action: 'CreateRole', RoleName: 'import', AssumeRolePolicyDocument: trust })
  const rights = policy({ Action: ['s3:ListBucket', 's3:GetBucketAcl', 's3:GetObject'], Resource: '*' })
  await iam(cairn, { Action: 'PutRolePolicy', RoleName: 'import', PolicyName: 'read', PolicyDocument: rights })
  const stores = [await cairn.createStore('first'), await cairn.createStore('second')]
  async function run(store: string | undefined, prefix: string): Promise<string> {
    const input = { Destinations: [store], ImportSource: sourceOf(prefix) }
    const { ImportId } = await cairn.call('StartImport', input)
    await vi.waitFor(
      async () => expect((await cairn.call('GetImport', { ImportId })).ImportStatus).toMatch(/COMPLETED|FAILED/),
      { timeout: 20_000, interval: 50 },
    )
    return String(ImportId)
  }
  const ids = [await run(stores[0], 'bad/AWSLogs/'), await run(stores[0], 'none/'), await run(stores[1], 'none/')]
  return { cairn, stores, ids }
}

describe('imports', () => {
  let world: Awaited<ReturnType<typeof worldOfImports>>
  beforeAll(async () => {
    world = await worldOfImports()
    return () => world.cairn[Symbol.asyncDispose]()
  }, 60_000)

  const listed = async (input: object) => {
    const { Imports, NextToken } = await world.cairn.call('ListImports', input)
    return { ids: (Imports as { ImportId: string }[]).map(({ ImportId }) => ImportId), NextToken }
  }

  test('are listed newest first, by their store and by how they ended', async () => {
    const { stores, ids } = world
    const [failed, completed, other] = ids
    expect(await listed({})).toEqual({ ids: [other, completed, failed] })
    expect(await listed({ ImportStatus: 'FAILED' })).toEqual({ ids: [failed] })
    expect(await listed({ ImportStatus: 'COMPLETED' })).toEqual({ ids: [other, completed] })
    expect(await listed({ ImportStatus: 'STOPPED' })).toEqual({ ids: [] })
    expect(await listed({ Destination: stores[0] })).toEqual({ ids: [completed, failed] })
    expect(await listed({ Destination: stores[0]?.slice(-36), ImportStatus: 'FAILED' })).toEqual({ ids: [failed] })
    expect(await listed({ Destination: unknownId })).toEqual({ ids: [] })
  })

  test('are listed by pages, whose tokens are good for the same question only', async () => {
    const { cairn, ids } = world
    const first = await listed({ MaxResults: 2 })
    expect(first.ids).toEqual([ids[2], ids[1]])
    expect(await listed({ MaxResults: 2, NextToken: first.NextToken })).toEqual({ ids: [ids[0]] })
    for (const more of [{ ImportStatus: 'FAILED' }, { Destination: world.stores[0] }, { NextToken: 'made up' }]) {
      expect(await cairn.call('ListImports', { NextToken: first.NextToken, ...more })).toMatchObject(
        failure('InvalidNextTokenException'),
      )
    }
  })

  test('name what failed and nothing else', async () => {
    const { cairn, ids } = world
    const { Failures } = await cairn.call('ListImportFailures', { ImportId: ids[0] })
    expect(Failures).toEqual([
      expect.objectContaining({
        Location: expect.stringMatching(/^s3:\/\/logs\/bad\/.*_a\.json\.gz$/),
        Status: 'FAILED',
      }),
    ])
    expect(await cairn.call('ListImportFailures', { ImportId: ids[1] })).toEqual({ Failures: [] })
  })

  test.each([
    ['ListImports', { Destination: 'no/store' }, 'EventDataStoreARNInvalidException'],
    ['ListImports', { Destination: `arn:aws:s3:::${unknownId}` }, 'EventDataStoreARNInvalidException'],
    ['GetImport', { ImportId: unknownId }, 'ImportNotFoundException'],
    ['StopImport', { ImportId: unknownId }, 'ImportNotFoundException'],
    ['StartImport', { ImportId: unknownId }, 'ImportNotFoundException'],
    ['StartImport', {}, 'InvalidParameterException'],
    ['StartImport', { Destinations: [unknownId], ImportSource: sourceOf('') }, 'EventDataStoreNotFoundException'],
    ['StartImport', { Destinations: ['no/store'], ImportSource: sourceOf('') }, 'EventDataStoreARNInvalidException'],
  ])('%s of %j is refused with %s', async (operation, input, code) => {
    expect(await world.cairn.call(operation, input)).toMatchObject(failure(code))
  })

  test('go on only after they failed or were stopped, from sources that can be read', async () => {
    const { cairn, ids, stores } = world
    expect(await cairn.call('StartImport', { ImportId: ids[1] })).toMatchObject(failure('InvalidParameterException'))
    const gone = sourceOf('').S3
    for (const wrong of [{ S3LocationUri: 's3://nowhere/AWSLogs/' }, { S3BucketRegion: 'eu-west-1' }]) {
      const ImportSource = { S3: { ...gone, ...wrong } }
      expect(await cairn.call('StartImport', { Destinations: [stores[0]], ImportSource })).toMatchObject(
        failure('InvalidImportSourceException'),
      )
    }
    expect(await cairn.call('StopImport', { ImportId: ids[1] })).toMatchObject({ ImportStatus: 'COMPLETED' })
  })
})
