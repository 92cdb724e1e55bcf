import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'
import { keyPair, makeEvidence, writeEvidence } from '../../packages/cli/src/offline/evidence.fixture.ts'

/** What is imported is held against the digests beside it, and is there whatever comes out. */

test('--verify-keys says that a copy is as it was delivered, and names the file that is not, which is imported all the same', {
  timeout: 120_000,
}, async () => {
  using folder = temporaryFolder()
  const copy = join(folder.path, 'copy')
  const key = keyPair()
  writeEvidence(makeEvidence(key, { hours: 4 }), copy)
  const keys = join(folder.path, 'keys.json')
  writeFileSync(keys, JSON.stringify({ PublicKeyList: [{ Value: key.publicKey }] }))
  await using running = new AsyncDisposableStack()
  let cairn = running.use(await startCairn({ dataDir: join(folder.path, 'data') }))
  const sound = await cairn.cairn('import', copy, '--verify-keys', keys)
  expect(sound).toMatchObject({ code: 0, stdout: expect.stringContaining('Everything is as it was delivered') })

  const [name = ''] = readdirSync(copy, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /_CloudTrail_.*\.json\.gz$/.test(path),
  )
  const bytes = readFileSync(join(copy, name))
  const { gunzipSync, gzipSync } = await import('node:zlib')
  const text = gunzipSync(bytes).toString()
  const added = text.replace(
    /\]\}$/,
    ',{"eventName":"Slipped","eventID":"9","eventTime":"2026-03-01T10:00:00Z","eventSource":"iam.amazonaws.com","awsRegion":"eu-west-1","recipientAccountId":"111122223333"}]}',
  )
  expect(added).not.toBe(text)
  writeFileSync(join(copy, name), gzipSync(added))
  const changed = await cairn.cairn('import', copy, '--verify-keys', keys)
  expect(changed).toMatchObject({ code: 5, stdout: expect.stringContaining(name.split('/').at(-1) ?? '') })
  const found = await cairn.cairn('lookup', '--event-name', 'Slipped', '--ndjson')
  expect(found.stdout).toContain('"eventID":"9"')
  expect(changed.stdout).toContain('that failed are marked: look-ups show it')

  // Every event of that file is marked, across restarts, and no event of another one.
  const marksOf = async () => {
    const { stdout } = await cairn.cairn('lookup', '--json', '--limit', '10000', '--account', '111122223333')
    const events = stdout.split('\n').flatMap((line) => (line.includes('"event":') ? [JSON.parse(line)] : []))
    const marked = events.filter(({ failedFiles }) => failedFiles !== undefined)
    for (const { failedFiles } of marked) {
      expect(failedFiles).toEqual([{ kind: 'file-changed', place: join(copy, name), sentence: expect.any(String) }])
    }
    expect(marked.length).toBeLessThan(events.length)
    return marked.map(({ event }) => event.eventID).sort()
  }
  const ofFile = (JSON.parse(added) as { Records: { eventID: string }[] }).Records.map(({ eventID }) => eventID)
  expect(await marksOf()).toEqual(ofFile.sort())
  await cairn.kill()
  cairn = running.use(await startCairn({ dataDir: join(folder.path, 'data') }))
  expect(await marksOf()).toEqual(ofFile.sort())
  const line = await cairn.cairn('lookup', '--event-name', 'Slipped')
  expect(line.stdout).toContain(`[file-changed: ${join(copy, name)}]`)
  // The record itself is what was imported.
  expect((await cairn.cairn('lookup', '--event-name', 'Slipped', '--ndjson')).stdout).toBe(found.stdout)
  expect(await cairn.cairn('import', copy, '--plan', '--verify-keys', keys)).toMatchObject({ code: 2 })
})
