import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { saveFiles } from './save-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-save-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const found = (region: string, event: string) =>
  `{"account":"111122223333","region":"${region}","time":"2026-02-03T04:05:06.000Z","position":1,"event":${event}}`
const end = (how: string) => `{"summary":{"end":"${how}"}}`

async function* lines(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}

test('events become log files by region, their bytes as they were, with the names that AWS gives', async () => {
  const odd = '{"eventName":"A",  "n":1e400,"eventName":"B"}'
  const paths = await saveFiles(
    lines(found('eu-west-1', odd), found('us-east-1', '{"eventName":"C"}'), end('complete')),
    folder,
  )
  expect(paths).toHaveLength(2)
  expect(paths[0]?.slice(folder.length)).toMatch(
    /^\/AWSLogs\/111122223333\/CloudTrail\/eu-west-1\/2026\/02\/03\/111122223333_CloudTrail_eu-west-1_20260203T0410Z_\w{16}\.json\.gz$/,
  )
  expect(gunzipSync(readFileSync(paths[0] ?? '')).toString()).toBe(`{"Records":[${odd}]}`)
})

test('files that would not be whole are a failure', async () => {
  await expect(saveFiles(lines(end('limit')), folder)).rejects.toThrow('Not every record could be saved (limit)')
  await expect(saveFiles(lines(found('eu-west-1', '{}')), folder)).rejects.toThrow('Not every record')
  await expect(saveFiles(lines('{"error":{"code":"x"}}'), folder)).rejects.toThrow('Not every record')
})
