import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The launcher of the sources. */
export const program = join(import.meta.dirname, '../../packages/cli/bin/cairn.js')

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** `cairn record` in a folder of its own, with nothing of this machine's AWS settings. */
export function recorder(folder: string) {
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    TMPDIR: temporary,
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
  }

  function start(words: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [program, 'record', ...words], {
      cwd: folder,
      env: { ...environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    const ended = new Promise<Run>((resolve) => {
      child.once('close', (code) => resolve({ code, stdout, stderr }))
    })
    return { child, ended, output: () => stdout + stderr }
  }

  return {
    start,
    run: (words: readonly string[], more?: Readonly<Record<string, string>>) => start(words, more).ended,
    /** What runs have left on the machine. */
    leftBehind: () => readdirSync(temporary).filter((name) => name.startsWith('cairn')),
  }
}

/** The file of the repository that a program in a temporary folder cannot resolve by itself. */
export const packages = join(import.meta.dirname, '../../package.json')
