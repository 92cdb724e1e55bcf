import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { Fault } from '../../fault.ts'
import { syncDirectory } from '../disk/index.ts'

/*
 * The key file, JSON:
 *
 *   { "format": "cairn-key-ring", "version": 1,
 *     "keys": [ { "id": "k-…", "createdAt": "<ISO time>", "secret": "<32 bytes, base64>", "crc": <of the secret> }, … ] }
 *
 * The last key seals; every key unseals. Losing the file loses every secret of the installation. `crc` tells a damaged
 * file from one that belongs to another catalogue; files of early versions lack it.
 */

export interface RingKey {
  readonly id: string
  readonly createdAt: string
  readonly secret: Uint8Array
}

const format = 'cairn-key-ring'
const version = 1

/** Others may do nothing with the file, and its group only read it (mounted secrets belong to a group). */
const forbiddenModeBits = 0o037

/** `undefined` when there is no file. @throws Fault `vault.file-open-to-others`, `vault.newer-format`, `vault.damaged` */
export async function readKeyFile(path: string): Promise<readonly RingKey[] | undefined> {
  let text: string
  try {
    const { mode } = await stat(path)
    if ((mode & forbiddenModeBits) !== 0) {
      const found = (mode & 0o777).toString(8)
      throw new Fault('vault.file-open-to-others', 'the key file may be read or written by others', { path, found })
    }
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error instanceof Fault
      ? error
      : new Fault('vault.unreadable', 'the key file cannot be read', { path }, { cause: error })
  }
  return parse(text, path)
}

/** Replaces the file atomically and durably, mode 0600. @throws Fault `vault.unwritable` */
export async function writeKeyFile(path: string, keys: readonly RingKey[]): Promise<void> {
  const stored = keys.map(({ id, createdAt, secret }) => ({
    id,
    createdAt,
    secret: Buffer.from(secret).toString('base64'),
    crc: crc32(secret),
  }))
  const temporary = `${path}.new`
  try {
    await rm(temporary, { force: true })
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(`${JSON.stringify({ format, version, keys: stored }, undefined, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncDirectory(dirname(path))
  } catch (cause) {
    throw new Fault('vault.unwritable', 'the key file cannot be written', { path }, { cause })
  }
}

function parse(text: string, path: string): readonly RingKey[] {
  const damaged = (reason: string) => new Fault('vault.damaged', 'the key file is damaged', { path, reason })
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // The parser's message quotes the text, and the text is secret.
    throw damaged('not JSON')
  }
  if (!isRecord(content) || content.format !== format) throw damaged('not a key ring')
  if (typeof content.version === 'number' && content.version > version) {
    const found = content.version
    throw new Fault('vault.newer-format', 'the key file was written by a newer cairn', {
      path,
      found,
      supported: version,
    })
  }
  if (!Array.isArray(content.keys) || content.keys.length === 0) throw damaged('no keys')
  return content.keys.map((key: unknown) => {
    if (!isRecord(key)) throw damaged('a key is not an object')
    const { id, createdAt, secret, crc } = key
    if (typeof id !== 'string' || typeof createdAt !== 'string' || typeof secret !== 'string') {
      throw damaged('a key lacks a member')
    }
    const bytes = Buffer.from(secret, 'base64')
    if (bytes.length !== 32) throw damaged('a key is not 32 bytes')
    if (crc !== undefined && crc !== crc32(bytes)) throw damaged('a key does not match its checksum')
    return { id, createdAt, secret: bytes }
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
