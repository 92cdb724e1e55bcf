import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { signRequest } from '@cairn/aws-kit/sigv4'
import { startEnvironment, startFlags } from './start-flags.ts'

const fromSources = join(import.meta.dirname, '../../../cli/bin/cairn.js')

/** Far above what a start takes, on a machine that does other things too. */
const startTimeoutMs = 30_000

export interface StartOptions {
  /** Made when missing. */
  readonly dataDir: string
  readonly args?: readonly string[]
  /** The launcher to run; by default the one of the sources, with what `npm start` gives it. */
  readonly program?: string
  /** More variables for the server itself, not for clients. */
  readonly environment?: Readonly<Record<string, string>>
  /** A module to load before it, e.g. one that breaks what the server stands on. */
  readonly preload?: string
}

/** A Cairn server in a process of its own, as its users run it. Disposing stops it with SIGTERM. */
export interface RunningCairn {
  readonly endpoint: string
  readonly dataDir: string
  /** Environment that makes AWS clients talk to it as `admin`; nothing else of this process's but PATH and HOME. */
  readonly environment: Readonly<Record<string, string>>
  /** Standard error so far: the log. */
  log(): string
  /** Runs another command on its data directory. */
  cairn(...args: readonly string[]): Promise<Finished>
  /** Runs a client against it. */
  run(client: string, ...args: readonly string[]): Promise<Finished>
  signal(name: NodeJS.Signals): void
  /** The exit code, when it has ended. */
  readonly ended: Promise<number | null>
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Calls an operation of CloudTrail as `admin`, without a client's start. Throws what it answers when it refuses. */
export async function callCloudTrail<Answer>(
  { endpoint, environment }: Pick<RunningCairn, 'endpoint' | 'environment'>,
  operation: string,
  input: object,
): Promise<Answer> {
  const payload = Buffer.from(JSON.stringify(input))
  const { headers } = signRequest({
    method: 'POST',
    path: '/',
    headers: {
      host: new URL(endpoint).host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `CloudTrail_20131101.${operation}`,
    },
    payload,
    service: 'cloudtrail',
    region: environment.AWS_REGION ?? 'us-east-1',
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    },
    nowMs: Date.now(),
  })
  const answer = await fetch(endpoint, { method: 'POST', headers: { ...headers }, body: payload })
  const body: unknown = await answer.json()
  if (!answer.ok) throw new RangeError(`${operation}: ${JSON.stringify(body)}`)
  return body as Answer
}

/** A folder that is deleted when disposed. */
export function temporaryFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'cairn-test-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts a server on a free port and waits until it listens. */
export async function startCairn(options: StartOptions): Promise<RunningCairn> {
  const { dataDir, args = [], program = fromSources, preload } = options
  const base = { PATH: process.env.PATH ?? '', HOME: join(dataDir, '..') }
  const words = preload === undefined ? [program] : ['--import', preload, program]
  const isFromSources = program === fromSources
  const flags = isFromSources ? startFlags : []
  const child = spawn(process.execPath, [...flags, ...words, 'serve', '--port', '0', '--data-dir', dataDir, ...args], {
    cwd: join(dataDir, '..'),
    env: { ...base, ...(isFromSources ? startEnvironment : {}), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const endpoint = await listening(child, ended, () => log)
  const cairn = (...words: readonly string[]) =>
    run(process.execPath, [program, ...words, '--data-dir', dataDir], base, join(dataDir, '..'))
  const environment = { ...base, ...parseExports((await cairn('env')).stdout), AWS_PAGER: '' }
  return {
    endpoint,
    dataDir,
    environment,
    log: () => log,
    cairn,
    run: (client, ...words) => run(client, words, environment, join(dataDir, '..')),
    signal: (name) => void child.kill(name),
    ended,
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function listening(child: ChildProcess, ended: Promise<unknown>, log: () => string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let written = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    written += chunk.toString()
    const found = /listens on (https?:\/\/[^\s;]+)/.exec(written)?.[1]
    if (found !== undefined) resolve(found)
  })
  ended.then(() => reject(new Error(`cairn serve ended before it listened:\n${written}${log()}`)))
  const tooLate = setTimeout(() => reject(new Error(`cairn serve does not listen:\n${log()}`)), startTimeoutMs)
  try {
    return await promise
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    clearTimeout(tooLate)
  }
}

async function run(
  client: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Finished> {
  try {
    const { stdout, stderr } = await promisify(execFile)(client, args, { env, cwd, maxBuffer: 64 * 1024 * 1024 })
    return { code: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string }
    if (typeof code !== 'number') throw error
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' }
  }
}

/** The lines of `cairn env`; the values that are tested with hold no quotes. */
function parseExports(lines: string): Record<string, string> {
  return Object.fromEntries(
    [...lines.matchAll(/^export (\w+)='([^']*)'$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
}
