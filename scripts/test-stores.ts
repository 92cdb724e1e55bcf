/**
 * The object store's contract and a delivery against real S3 servers of others:
 *
 *     npm run test:stores
 *
 * moto comes with the other clients of the tests; versitygw is built with Go, which takes some minutes the first time
 * and lies in .cache/ afterwards. Without Go it is left out, and said.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { provisionClients } from '../packages/testkit/src/clients/index.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, '.cache/go')
const versitygw = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0'

mkdirSync(folder, { recursive: true })
for (const missing of await provisionClients()) process.stdout.write(`Without ${missing}\n`)
if (!existsSync(join(folder, 'versitygw'))) {
  process.stdout.write(`Building ${versitygw}\n`)
  const built = spawnSync('go', ['install', versitygw], { env: { ...process.env, GOBIN: folder }, stdio: 'inherit' })
  if (built.status !== 0) process.stdout.write('Without versitygw: Go could not build it\n')
}
const ran = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'vitest.stores.config.ts'],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
process.exitCode = ran.status ?? 1
