import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startCairn, temporaryFolder } from '@cairn/testkit/running-cairn'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The published package, in an empty folder, as somebody who has no checkout gets it. */

const root = join(import.meta.dirname, '..')
const folder = temporaryFolder()
const home = join(folder.path, 'project')
const installed = join(home, 'node_modules/cairntrail')

beforeAll(() => {
  execFileSync('npm', ['pack', '--pack-destination', folder.path], { cwd: root, stdio: 'pipe' })
  const [archive = ''] = readdirSync(folder.path)
  mkdirSync(home)
  const install = ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', join(folder.path, archive)]
  execFileSync('npm', install, { cwd: home, stdio: 'pipe' })
})
afterAll(() => folder[Symbol.dispose]())

test('it is one package with one program, the query engine as its one dependency, and no scripts', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  expect(manifest).toMatchObject({ name: 'cairntrail', bin: { cairn: 'bin/cairn.js' }, engines: { node: '>=24' } })
  expect(Object.keys(manifest.dependencies)).toEqual(['@duckdb/node-api'])
  for (const absent of ['optionalDependencies', 'scripts']) expect(manifest).not.toHaveProperty(absent)
})

test('it names the licences of everything it contains', () => {
  const notices = readFileSync(join(installed, 'THIRD-PARTY-NOTICES'), 'utf8')
  for (const name of ['commander', 'pino', 'zod', 'prom-client'])
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'))
})

test('it records what a program calls, and has for it what it needs', () => {
  const show = 'require("node:fs").accessSync(process.env.PYTHONPATH + "/cairn_pytest.py"); console.log("ran")'
  const command = [
    join(installed, 'bin/cairn.js'),
    'record',
    '--quiet',
    '--allow-none',
    '--',
    process.execPath,
    '-e',
    show,
  ]
  expect(execFileSync(process.execPath, command, { cwd: home, encoding: 'utf8', stdio: 'pipe' })).toBe('ran\n')
  const resolved = `console.log(import.meta.resolve('cairntrail/vitest'))`
  const found = execFileSync(process.execPath, ['--input-type=module', '-e', resolved], { cwd: home, encoding: 'utf8' })
  expect(found.trim()).toMatch(/\/dist\/clients\/vitest\.js$/)
})

test('it starts, answers and stops, with nothing but itself in place', async () => {
  const program = join(installed, 'bin/cairn.js')
  await using cairn = await startCairn({ dataDir: join(home, 'data'), program })
  const status = await cairn.cairn('status', '--json')
  expect(JSON.parse(status.stdout)).toMatchObject({ endpoint: cairn.endpoint, ready: true })
  // Imports and look-ups run in workers, which are files of their own.
  const imported = await cairn.cairn('import', join(root, 'tests/scenarios/one-event.json'))
  expect(imported).toMatchObject({ code: 0 })
  const found = await cairn.cairn('lookup', '--event-name', 'PackagedEvent', '--ndjson')
  expect(JSON.parse(found.stdout)).toMatchObject({ eventName: 'PackagedEvent' })
  // The query engine is a process of its own, with a native library beside the package.
  const files = ['--files', join(root, 'tests/scenarios/one-event.json')]
  const queried = await cairn.cairn('query', ...files, '--json', 'SELECT eventName FROM files')
  expect(JSON.parse(queried.stdout)).toMatchObject({ eventName: 'PackagedEvent' })
  const refused = await cairn.cairn('backup', home)
  expect(refused, 'the manual comes with it').toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Name a new folder'),
  })
  expect(await cairn.stop()).toBe(0)
})
