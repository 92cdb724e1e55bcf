import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ContractGap } from '@cairn/testkit/contracts/object-store'
import { startMoto } from '@cairn/testkit/moto'

/** An S3 server that somebody else wrote, running. */
export interface RealStore {
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  [Symbol.asyncDispose](): Promise<void>
}

export const versitygwProgram = join(import.meta.dirname, '../../.cache/go/versitygw')

const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing-secret' }

async function startVersitygw(): Promise<RealStore> {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-versitygw-'))
  const data = join(folder, 'data')
  const port = await freePort()
  mkdirSync(data)
  const child = spawn(versitygwProgram, ['--port', `127.0.0.1:${port}`, 'posix', data], {
    env: { ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const endpoint = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await fetch(endpoint).catch(() => undefined)) break
    await sleep(100)
  }
  return {
    endpoint,
    credentials,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

interface Known {
  readonly name: string
  start(): Promise<RealStore>
  /** What of the contract the server does not keep; delivery relies on none of it. */
  readonly lacks: readonly ContractGap[]
}

/** Its objects are files under their keys: what is no path is refused. */
const versitygwLacks: readonly ContractGap[] = ['awkward keys', 'listings of any keys']

/** versitygw only where Go could build it; the script that runs this says so when it could not. */
export const realStores: readonly Known[] = [
  {
    name: 'moto',
    start: async () => ({ credentials, ...(await startMoto()) }),
    lacks: ['awkward keys'],
  },
  ...(existsSync(versitygwProgram) ? [{ name: 'versitygw', start: startVersitygw, lacks: versitygwLacks }] : []),
]
