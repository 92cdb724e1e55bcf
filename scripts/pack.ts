/**
 * Builds the one published package, `cairntrail`, and packs it.
 *
 *     npm pack                                  writes cairntrail-<version>.tgz into this folder
 *     npm pack --pack-destination <folder>      writes it there
 *
 * npm packs the workspace itself first, which has the same name and next to nothing in it, and runs this afterwards: the
 * package takes the place of that archive.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundle, nativeDependency } from './pack/bundle.ts'
import { notices } from './pack/notices.ts'

// `npm pack --dry-run` writes nothing.
if (process.env.npm_config_dry_run === 'true') process.exit()

const root = join(import.meta.dirname, '..')
const destination = resolve(root, process.env.npm_config_pack_destination || '.')
const folder = join(root, '.cache/package')

rmSync(folder, { recursive: true, force: true })
mkdirSync(join(folder, 'bin'), { recursive: true })
mkdirSync(destination, { recursive: true })

const metafile = await bundle(root, join(folder, 'dist'))
// Read one by one, when a call of their service comes: not part of the code.
cpSync(join(root, 'models/routes'), join(folder, 'dist/routes'), { recursive: true })
writeFileSync(join(folder, 'THIRD-PARTY-NOTICES'), notices(metafile, root))
copyFileSync(join(root, 'scripts/pack/launcher.js'), join(folder, 'bin/cairn.js'))
chmodSync(join(folder, 'bin/cairn.js'), 0o755)
for (const file of ['README.md', 'LICENSE']) copyFileSync(join(root, file), join(folder, file))
// What `cairn record` gives to the programs it runs; it looks for it beside its own code.
cpSync(join(root, 'packages/cli/src/record/clients'), join(folder, 'dist/clients'), {
  recursive: true,
  filter: (path) => !path.includes('__pycache__'),
})
// Error messages quote the manual; the unit is what its own first lines tell to copy.
for (const path of ['docs/reference/faults', 'deploy/cairn.service']) {
  cpSync(join(root, path), join(folder, path), { recursive: true })
}

const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { dependencies } = JSON.parse(readFileSync(join(root, 'packages/server/package.json'), 'utf8'))
const manifest = {
  name: 'cairntrail',
  version,
  description: 'A CloudTrail you can run yourself: stock AWS clients talk to it unchanged.',
  license,
  type: 'module',
  bin: { cairn: 'bin/cairn.js' },
  exports: { './vitest': './dist/clients/vitest.js', './package.json': './package.json' },
  // The helper for tests runs inside whichever vitest the project has; package managers that are strict ask to be told.
  peerDependencies: { vitest: '>=2' },
  peerDependenciesMeta: { vitest: { optional: true } },
  engines: { node: '>=24' },
  dependencies: { [nativeDependency]: dependencies[nativeDependency] },
  files: ['bin', 'dist', 'docs', 'deploy', 'THIRD-PARTY-NOTICES'],
}
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', destination], {
  cwd: folder,
  encoding: 'utf8',
})
const report = JSON.parse(packed)
const [{ filename, size }] = Array.isArray(report) ? report : Object.values(report)
process.stdout.write(`${join(destination, filename)} (${(size / 1024 / 1024).toFixed(1)} MiB)\n`)
