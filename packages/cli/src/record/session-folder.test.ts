import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sessionFolder } from './session-folder.ts'

test('a folder goes with its session, and those of killed sessions with the next; those of running ones stay', () => {
  const { pid: ended } = spawnSync(process.execPath, ['-e', ''])
  const abandoned = mkdtempSync(join(tmpdir(), `cairn-record-${ended}-`))
  const inUse = mkdtempSync(join(tmpdir(), `cairn-record-${process.ppid}-`))
  try {
    let path = ''
    {
      using folder = sessionFolder()
      path = folder.path
      expect([existsSync(path), existsSync(abandoned), existsSync(inUse)]).toEqual([true, false, true])
    }
    expect(existsSync(path)).toBe(false)
  } finally {
    rmSync(abandoned, { recursive: true, force: true })
    rmSync(inUse, { recursive: true })
  }
})
