import { accessSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

/**
 * Keys made at the first start, as files of mode 0600 in the data directory: `operator.json` for the command line,
 * `credentials.json` for `cairn env`.
 */

interface Key {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A key that was deleted since is absent. */
export interface AccountKeys {
  readonly account: string
  /** Of the IAM user `admin`. */
  readonly admin?: Key | undefined
  /** For recovery. */
  readonly root?: Key | undefined
}

export interface LocalKeys {
  readonly operator: Key
  readonly accounts: readonly AccountKeys[]
}

const operatorFile = 'operator.json'
const credentialsFile = 'credentials.json'

/** Replaces both files. Idempotent. */
export function writeKeyFiles(dataDir: string, keys: LocalKeys): void {
  writePrivateFile(join(dataDir, credentialsFile), { accounts: keys.accounts })
  // Last: its presence says that the first start got through.
  writePrivateFile(join(dataDir, operatorFile), keys.operator)
}

/** Whether a first start has completed in this folder. @throws Fault `local.file-unreadable` where one may not look */
export function isInstallation(dataDir: string): boolean {
  try {
    accessSync(join(dataDir, operatorFile))
    return true
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return false
    throw new Fault('local.file-unreadable', 'the data directory cannot be read', { path: dataDir, reason }, { cause })
  }
}

/** @throws Fault `local.file-unreadable` */
export function readOperatorKey(dataDir: string): Key {
  const path = join(dataDir, operatorFile)
  const content = readPrivateFile(path)
  if (!isKey(content)) throw new Fault('local.file-unreadable', 'file holds no key', { path })
  return content
}

/** The installation's own account first. @throws Fault `local.file-unreadable` */
export function readAccountKeys(dataDir: string): readonly AccountKeys[] {
  const path = join(dataDir, credentialsFile)
  const accounts = readPrivateFile(path)?.accounts
  if (!Array.isArray(accounts)) throw new Fault('local.file-unreadable', 'file holds no accounts', { path })
  return accounts
}

function isKey(content: unknown): content is Key {
  return (
    typeof content === 'object' &&
    content !== null &&
    'accessKeyId' in content &&
    typeof content.accessKeyId === 'string' &&
    'secretAccessKey' in content &&
    typeof content.secretAccessKey === 'string'
  )
}
