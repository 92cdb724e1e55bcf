import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@cairn/testkit/running-cairn'
import { expect, test } from 'vitest'
import { tallyOf } from '../../scripts/test/vitest.ts'

/** The scripts that everything else stands on. */

const root = join(import.meta.dirname, '../..')

test('set-up says nothing and does nothing when everything is installed', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts/setup.js')], { encoding: 'utf8' })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
})

test('set-up installs when the lock file asks for something that is not there', () => {
  using folder = temporaryFolder()
  mkdirSync(join(folder.path, 'scripts'))
  cpSync(join(root, 'scripts/setup.js'), join(folder.path, 'scripts/setup.js'))
  writeFileSync(join(folder.path, 'package.json'), '{"type":"module"}')
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  lock.packages['node_modules/made-up'] = { version: '1.0.0' }
  writeFileSync(join(folder.path, 'package-lock.json'), JSON.stringify(lock))
  symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'))
  // A stand-in for npm that fails: what counts is that it was asked, and that its failure is told.
  const npm = join(folder.path, 'npm.js')
  writeFileSync(npm, 'process.stderr.write(process.argv.slice(2).join(" ")); process.exit(7)')
  const { status, stderr } = spawnSync(process.execPath, [join(folder.path, 'scripts/setup.js')], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', npm_execpath: npm },
  })
  expect(status).toBe(1)
  expect(stderr).toMatch(
    /^Installing dependencies.*\nci --include=dev --include=optional .*Installing the dependencies failed/s,
  )
})

test('the sums count what failed, what was skipped, and files that could not be run', () => {
  const tally = tallyOf(
    {
      testResults: [
        {
          name: `${root}/a.test.ts`,
          status: 'failed',
          message: '',
          assertionResults: [
            { fullName: ' one', status: 'passed' },
            { fullName: ' two', status: 'failed' },
            { fullName: ' three', status: 'skipped' },
          ],
        },
        { name: `${root}/b.test.ts`, status: 'failed', message: 'SyntaxError: x\nat y', assertionResults: [] },
      ],
    },
    root,
  )
  expect(tally).toEqual({
    passed: 1,
    failed: ['a.test.ts: two', 'b.test.ts: SyntaxError: x'],
    skipped: ['a.test.ts: three'],
  })
})
