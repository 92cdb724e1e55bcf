import { spawn } from 'node:child_process'
import { clients } from '../clients/index.ts'

/** A moto server: real enough an upstream for DynamoDB, EC2, SQS and S3. Disposing kills it; it keeps nothing. */
export interface Moto {
  readonly endpoint: string
  [Symbol.asyncDispose](): Promise<void>
}

/** Loading its services takes Python some seconds on a busy machine. */
const startTimeoutMs = 60_000

/** @throws Error when it is not provisioned: ask `clients().moto` first */
export async function startMoto(): Promise<Moto> {
  const { moto } = clients()
  if (moto.kind === 'absent') throw new Error(moto.reason)
  const child = spawn(moto.program, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let written = ''
  child.stderr.on('data', (chunk: Buffer) => {
    written = (written + chunk.toString()).slice(-4096)
    const found = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(written)?.[1]
    if (found !== undefined) resolve(found)
  })
  ended.then(() => reject(new Error(`moto ended before it listened:\n${written}`)))
  const late = setTimeout(() => reject(new Error(`moto does not listen:\n${written}`)), startTimeoutMs)
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
  }
  try {
    return { endpoint: await promise, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  } finally {
    clearTimeout(late)
  }
}
