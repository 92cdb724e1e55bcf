import { type PackSeal, type PackSealEntry, packSealText } from '@cairn/core/digest'
import { defineEndpoint } from '../endpoint.ts'
import { readText } from './read-text.ts'
import { refused } from './refused.ts'

/**
 * Signs what an evidence pack holds, with the key of digests of the trail's home region. The body is the seal as JSON;
 * what is signed is text that no digest can be. Answers with the fingerprint, the public key and the signature.
 */
export const signPack = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/evidence/sign',
  uses: ['digestKeys', 'clock'],
  access: 'operator',
  readOnly: false,
  async run({ body }, { digestKeys, clock }) {
    const seal = readSeal(await readText(body))
    const region = /^arn:[^:]+:cloudtrail:([a-z0-9-]{1,32}):\d{12}:trail\/[^/]+$/.exec(seal?.trail ?? '')?.[1]
    if (seal === undefined || region === undefined) {
      return refused('InvalidPack', 'this is not what is signed of an evidence pack')
    }
    const { fingerprint, sign } = await digestKeys.signer(region, clock.nowMs())
    const publicKey = digestKeys.all().find((key) => key.fingerprint === fingerprint)?.publicKey
    const signed = { fingerprint, publicKey, signature: sign(packSealText(seal)) }
    return { status: 200, contentType: 'application/json', body: JSON.stringify(signed) }
  },
})

const sha256 = /^[0-9a-f]{64}$/

function readSeal(text: string): PackSeal | undefined {
  let value: Partial<Record<keyof PackSeal, unknown>> | null
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { trail, from, until, madeAt, objectsSha256, entries } = value ?? {}
  if (!isLine(trail) || !isLine(from) || !isLine(until) || !isLine(madeAt)) return undefined
  if (typeof objectsSha256 !== 'string' || !sha256.test(objectsSha256)) return undefined
  if (!Array.isArray(entries) || !entries.every(isEntry)) return undefined
  return { trail, from, until, madeAt, objectsSha256, entries }
}

function isEntry(entry: Partial<Record<keyof PackSealEntry, unknown>> | null): boolean {
  return isLine(entry?.name) && typeof entry?.sha256 === 'string' && sha256.test(entry.sha256)
}

function isLine(text: unknown): text is string {
  return typeof text === 'string' && !/[\r\n]/.test(text)
}
