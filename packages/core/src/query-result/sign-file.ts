/** A file of a query's result, as its sign file lists it. */
export interface SignedFile {
  readonly fileName: string
  /** SHA-256, lower-case hex, of the file as it lies in the bucket: compressed. */
  readonly fileHashValue: string
}

/** `result_sign.json`: what proves that the files beside it are what the query gave. */
export interface ResultSign {
  readonly version: '1.0'
  readonly region: string
  readonly files: readonly SignedFile[]
  readonly hashAlgorithm: 'SHA-256'
  readonly signatureAlgorithm: 'SHA256withRSA'
  /** ISO 8601; verifiers ask for keys of this time. */
  readonly queryCompleteTime: string
  /** Lower-case hex. */
  readonly hashSignature: string
  readonly publicKeyFingerprint: string
}

/**
 * Where a result lies: `"[prefix/]AWSLogs/<account>/CloudTrail-Lake/Query/YYYY/MM/DD/<query-id>/"`.
 *
 * @source CloudTrail User Guide, "Get and download saved query results"
 */
export function resultFolder({
  prefix,
  account,
  createdAtMs,
  queryId,
}: {
  readonly prefix?: string | undefined
  readonly account: string
  readonly createdAtMs: number
  readonly queryId: string
}): string {
  const day = new Date(createdAtMs).toISOString().slice(0, 10).replaceAll('-', '/')
  return `${prefix === undefined ? '' : `${prefix}/`}AWSLogs/${account}/CloudTrail-Lake/Query/${day}/${queryId}/`
}

export const signFileName = 'result_sign.json'

/** `n` counts from 1. */
export function resultFileName(n: number): string {
  return `result_${n}.csv.gz`
}

/** What is signed: the hashes in the order of the files, one space between them. */
export function resultStringToSign(files: readonly Pick<SignedFile, 'fileHashValue'>[]): string {
  return files.map(({ fileHashValue }) => fileHashValue).join(' ')
}

export function resultSignText(sign: Omit<ResultSign, 'version' | 'hashAlgorithm' | 'signatureAlgorithm'>): string {
  const whole: ResultSign = {
    version: '1.0',
    region: sign.region,
    files: sign.files,
    hashAlgorithm: 'SHA-256',
    signatureAlgorithm: 'SHA256withRSA',
    queryCompleteTime: sign.queryCompleteTime,
    hashSignature: sign.hashSignature,
    publicKeyFingerprint: sign.publicKeyFingerprint,
  }
  return JSON.stringify(whole)
}

const hex = /^[0-9a-f]+$/
const plainName = /^[^/\\]{1,255}$/

/** Files of one result that are believed; a query's result is split at a terabyte. */
const filesMax = 10_000

/** The sign file's content; `undefined` where it is none. Older ones have no version. */
export function readResultSign(text: string): Omit<ResultSign, 'version'> | undefined {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null) return undefined
  const { region, files, hashAlgorithm, signatureAlgorithm, queryCompleteTime, hashSignature, publicKeyFingerprint } =
    value as Readonly<Record<string, unknown>>
  if (!Array.isArray(files) || files.length === 0 || files.length > filesMax) return undefined
  if (hashAlgorithm !== 'SHA-256' || signatureAlgorithm !== 'SHA256withRSA') return undefined
  if (typeof hashSignature !== 'string' || !hex.test(hashSignature)) return undefined
  if (typeof publicKeyFingerprint !== 'string' || !hex.test(publicKeyFingerprint)) return undefined
  if (typeof queryCompleteTime !== 'string' || typeof region !== 'string') return undefined
  const listed = files.flatMap((file) => signedFile(file) ?? [])
  if (listed.length !== files.length) return undefined
  return {
    region,
    files: listed,
    hashAlgorithm,
    signatureAlgorithm,
    queryCompleteTime,
    hashSignature,
    publicKeyFingerprint,
  }
}

function signedFile(value: unknown): SignedFile | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { fileName, fileHashValue } = value as Readonly<Record<string, unknown>>
  if (typeof fileName !== 'string' || !plainName.test(fileName)) return undefined
  if (typeof fileHashValue !== 'string' || !/^[0-9a-f]{64}$/.test(fileHashValue)) return undefined
  return { fileName, fileHashValue }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
