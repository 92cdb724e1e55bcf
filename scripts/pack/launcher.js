#!/usr/bin/env node
// Starts the packaged command line. Plain JavaScript that old versions of Node can read, so that they can say what is
// wrong instead of failing on the syntax of what follows.
import nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

const nodeMajorMin = 24

if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  process.stderr.write(
    `Cairn needs Node ${nodeMajorMin} or newer and this is ${process.versions.node}: install a newer Node (https://nodejs.org, or your package manager) and run the same command again.\n`,
  )
  process.exitCode = 1
} else {
  // Beside the program, where only who may change the program can write; elsewhere it would be a way to plant code.
  const cache = fileURLToPath(new URL('../.cache', import.meta.url))
  process.env.NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE || cache
  nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  const { main } = await import('../dist/main.js')
  process.exitCode = await main(process.argv.slice(2))
}
