import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import { readPrivateFile, writePrivateFile } from './private-file.ts'

/** What the forward proxy of a data directory keeps from one start to the next. Secret. */
export interface ProxySecrets {
  /** Certificate of its authority, in PEM. */
  readonly certificate: string
  /** PKCS #8 in PEM. */
  readonly privateKey: string
  /** What the authority may vouch for. */
  readonly domains: readonly string[]
  /** What clients must show. */
  readonly token: string
  /** Epoch milliseconds. */
  readonly validToMs: number
}

const file = 'proxy-authority.json'

/** Replaces the file; mode 0600. */
export function writeProxySecrets(dataDir: string, secrets: ProxySecrets): void {
  writePrivateFile(join(dataDir, file), secrets)
}

/**
 * `undefined` when there is none yet.
 *
 * @throws Fault `local.file-unreadable`, and `proxy.authority-exposed` when others may read it: then it may be theirs
 */
export function readProxySecrets(dataDir: string): ProxySecrets | undefined {
  const path = join(dataDir, file)
  const content = readPrivateFile(path)
  if (content === undefined) return undefined
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new Fault('proxy.authority-exposed', 'key of the proxy can be read by others', { path })
  }
  const { certificate, privateKey, domains, token, validToMs } = content
  const isWhole = [certificate, privateKey, token].every((text) => typeof text === 'string' && text !== '')
  if (!isWhole || !Array.isArray(domains) || typeof validToMs !== 'number') {
    throw new Fault('local.file-unreadable', 'file holds no authority', { path })
  }
  return content as unknown as ProxySecrets
}
