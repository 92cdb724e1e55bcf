import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Finding } from '@cairn/core/digest'
import { readResultSign, resultStringToSign, signFileName } from '@cairn/core/query-result'
import type { PublicKeys } from '@cairn/server/proofs'
import type { EvidenceObject } from './evidence.ts'

/** Results of Lake queries among what is verified. */
export interface QueryResults {
  /** Whether the object is of a result, and has been taken in. */
  take(object: EvidenceObject): Promise<boolean>
  /** Judges each result by its sign file. */
  judge(keys: PublicKeys): JudgedResults
}

export interface JudgedResults {
  readonly found: number
  readonly valid: number
  readonly findings: readonly Finding[]
}

interface Result {
  /** Folder, as shown to a person, with a slash at its end. */
  readonly place: string
  sign?: string
  /** By name: SHA-256 in hex of the files as they lie there. */
  readonly files: Map<string, string>
}

/** The rest of a key behind the folder of a query's result. */
const ofResult =
  /^(.*(?:^|\/)CloudTrail-Lake\/Query\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}\/)(result_sign\.json|result_\d+\.csv\.gz)$/

/** Longer ones are no sign file: a terabyte a file, they would list more than anybody has. */
const signBytesMax = 4 * 1024 * 1024

export function createQueryResults(): QueryResults {
  const results = new Map<string, Result>()

  return {
    async take({ key, place, bucket = '', path, bytes }) {
      const [, folder, name] = ofResult.exec(key) ?? []
      if (folder === undefined || name === undefined) return false
      const id = `${bucket}/${folder}`
      const result: Result = results.get(id) ?? { place: place.slice(0, -name.length), files: new Map() }
      results.set(id, result)
      if (name === signFileName) result.sign = await textOf(path, bytes)
      else result.files.set(name, await hashOf(path, bytes))
      return true
    },
    judge(keys) {
      const judged = [...results.values()].map((result) => judgeResult(result, keys))
      return {
        found: judged.length,
        valid: judged.filter((findings) => findings.length === 0).length,
        findings: judged.flat(),
      }
    },
  }
}

async function textOf(path: string | undefined, bytes: Uint8Array | undefined): Promise<string> {
  const content = bytes ?? (path === undefined ? new Uint8Array() : await readFile(path))
  return content.length > signBytesMax ? '' : Buffer.from(content).toString()
}

async function hashOf(path: string | undefined, bytes: Uint8Array | undefined): Promise<string> {
  const hash = createHash('sha256')
  if (bytes !== undefined) hash.update(bytes)
  else if (path !== undefined) for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

function judgeResult({ place, sign: text, files }: Result, keys: PublicKeys): readonly Finding[] {
  const signPlace = `${place}${signFileName}`
  const sign = text === undefined ? undefined : readResultSign(text)
  const atMs = sign === undefined ? 0 : Date.parse(sign.queryCompleteTime) || 0
  const about = { region: sign?.region ?? '-', fromMs: atMs, untilMs: atMs }
  if (text === undefined) {
    const sentence =
      'The result of a query has no sign file: it was never delivered to its end, or the file was removed'
    return [{ ...about, kind: 'signature-unavailable', place, sentence }]
  }
  if (sign === undefined) {
    return [{ ...about, kind: 'digest-unreadable', place: signPlace, sentence: 'The sign file of a query is not one' }]
  }
  const findings: Finding[] = []
  const verdict = keys.checkText(sign.publicKeyFingerprint, resultStringToSign(sign.files), sign.hashSignature)
  if (verdict === 'no-key') {
    const sentence = 'The sign file of a query names a key that is not among the given ones'
    findings.push({ ...about, kind: 'key-unknown', place: signPlace, sentence })
  }
  if (verdict === 'invalid') {
    const sentence = 'The sign file of a query was changed: its signature is not of the hashes it lists'
    findings.push({ ...about, kind: 'signature-wrong', place: signPlace, sentence })
  }
  for (const { fileName, fileHashValue } of sign.files) {
    const hash = files.get(fileName)
    const filePlace = `${place}${fileName}`
    if (hash === undefined) {
      findings.push({
        ...about,
        kind: 'file-missing',
        place: filePlace,
        sentence: 'A file of a query’s result is gone',
      })
    } else if (hash !== fileHashValue) {
      const sentence = 'A file of a query’s result is not what was delivered'
      findings.push({ ...about, kind: 'file-changed', place: filePlace, sentence })
    }
  }
  const listed = new Set(sign.files.map(({ fileName }) => fileName))
  for (const name of files.keys()) {
    if (listed.has(name)) continue
    const sentence = 'A file lies among a query’s result that its sign file does not list'
    findings.push({ ...about, kind: 'file-unlisted', place: `${place}${name}`, sentence })
  }
  return findings
}
