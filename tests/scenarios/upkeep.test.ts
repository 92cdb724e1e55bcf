import { open, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { clients } from '@cairn/testkit/clients'
import { type RunningCairn, startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'

/** What an operator does in a year: look, check, back up, lose everything, go on. */

const { aws1 } = clients()
const aws = aws1.kind === 'present' ? aws1.program : ''

async function createBucket(cairn: RunningCairn, name: string): Promise<void> {
  const { code, stderr } = await cairn.run(aws, 's3api', 'create-bucket', '--bucket', name)
  expect(stderr).toBe('')
  expect(code).toBe(0)
}

async function bucketNames(cairn: RunningCairn): Promise<readonly string[]> {
  const { stdout } = await cairn.run(aws, 's3api', 'list-buckets', '--query', 'Buckets[].Name', '--output', 'json')
  return JSON.parse(stdout)
}

test('a stopped server exits 0, takes its note away and says so to nobody', async () => {
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  const cairn = await startCairn({ dataDir })
  expect(await cairn.stop()).toBe(0)
  expect(await readdir(dataDir)).not.toContain('server.json')
  const status = await cairn.cairn('status', '--json')
  expect(JSON.parse(status.stdout)).toMatchObject({ endpoint: null, ready: true })
})

test('a directory in use is not opened twice', async () => {
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  await using _cairn = await startCairn({ dataDir })
  await expect(startCairn({ dataDir })).rejects.toThrow(/log\.locked/)
})

test.skipIf(aws === '')('what was backed up while calls went on comes back after everything is lost', async () => {
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  const cairn = await startCairn({ dataDir })
  try {
    await createBucket(cairn, 'before-backup')
    const [backup] = await Promise.all([
      cairn.cairn('backup', 'saved'),
      createBucket(cairn, 'while-backing-up'),
      cairn.run(aws, 's3api', 'put-object', '--bucket', 'before-backup', '--key', 'k'),
    ])
    expect(backup).toMatchObject({ code: 0, stderr: '' })
    expect(await cairn.cairn('backup', 'saved')).toMatchObject({ code: 1 })
    await createBucket(cairn, 'after-backup')
  } finally {
    await cairn.kill()
  }
  expect(await cairn.cairn('restore', 'saved')).toMatchObject({ code: 1 })
  await rm(dataDir, { recursive: true })

  expect(await cairn.cairn('restore', 'saved')).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining('"error"'),
  })
  await using restored = await startCairn({ dataDir })
  // The same keys, and exactly what the backup is of: no change without its record, no record without its change.
  expect(restored.environment.AWS_SECRET_ACCESS_KEY).toBe(cairn.environment.AWS_SECRET_ACCESS_KEY)
  const names = await bucketNames(restored)
  expect(names).toContain('before-backup')
  expect(names).not.toContain('after-backup')
  const recorded = await recordedBuckets(restored)
  expect(recorded.toSorted()).toEqual(names.toSorted())
  expect(await restored.cairn('fsck')).toMatchObject({ code: 0 })
})

/** Buckets whose creation is recorded as done. */
async function recordedBuckets(cairn: RunningCairn): Promise<readonly string[]> {
  const attribute = 'AttributeKey=EventName,AttributeValue=CreateBucket'
  const lookup = ['cloudtrail', 'lookup-events', '--lookup-attributes', attribute, '--output', 'json']
  const { stdout } = await cairn.run(aws, ...lookup)
  const events = (JSON.parse(stdout).Events as { CloudTrailEvent: string }[]).map((event) =>
    JSON.parse(event.CloudTrailEvent),
  )
  return events.filter((event) => event.errorCode === undefined).map((event) => event.requestParameters.bucketName)
}

test('a data directory that cannot be made is a sentence, not a stack', async () => {
  using folder = temporaryFolder()
  const taken = join(folder.path, 'taken')
  await writeFile(taken, '')
  const failed = startCairn({ dataDir: taken })
  await expect(failed).rejects.toThrow(/installation\.no-folder[\s\S]*EEXIST[\s\S]*--data-dir/)
  await expect(failed).rejects.not.toThrow(/^ +at .*main/m)
  const nowhere = startCairn({ dataDir: '/proc/cairn' })
  await expect(nowhere).rejects.toThrow(/installation\.no-folder[\s\S]*ENOENT[\s\S]*--data-dir/)
})

test('a folder for a backup that cannot be made is a sentence, running or not', async () => {
  using folder = temporaryFolder()
  const cairn = await startCairn({ dataDir: join(folder.path, 'data') })
  const refused = { code: 1, stderr: expect.stringMatching(/backup\.no-folder[\s\S]*Name another place/) }
  expect(await cairn.cairn('backup', '/proc/cairn')).toMatchObject(refused)
  expect(await cairn.stop()).toBe(0)
  expect(await cairn.cairn('backup', '/proc/cairn')).toMatchObject(refused)
})

test('a flipped bit in the event log is found by fsck, running or not', async () => {
  using folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  const cairn = await startCairn({ dataDir })
  expect(await cairn.cairn('fsck')).toMatchObject({ code: 0 })
  expect(await cairn.stop()).toBe(0)
  const log = join(dataDir, 'log')
  const segment = (await readdir(log)).find((name) => /\d/.test(name) && !name.includes('lock')) ?? ''
  {
    await using file = await open(join(log, segment), 'r+')
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, 200)
    await file.write(Buffer.from([(byte[0] ?? 0) ^ 4]), 0, 1, 200)
  }
  const checked = await cairn.cairn('fsck')
  expect(checked).toMatchObject({ code: 4, stdout: expect.stringMatching(/^log: /) })
})
