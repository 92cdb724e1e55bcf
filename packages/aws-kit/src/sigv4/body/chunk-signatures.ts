import { createHash, type Hash, hash } from 'node:crypto'
import { type CredentialScope, scopeText } from '../scope.ts'
import { type SigningKey, signature } from '../signing-key.ts'
import { SigV4Error } from '../sigv4-error.ts'
import { sameSignature } from '../verify.ts'

/*
 * ChunkToSign   = "AWS4-HMAC-SHA256-PAYLOAD" LF Timestamp LF Scope LF PreviousSignature LF Hex(SHA256("")) LF Hex(SHA256(chunk))
 * TrailerToSign = "AWS4-HMAC-SHA256-TRAILER" LF Timestamp LF Scope LF PreviousSignature LF Hex(SHA256(trailers))
 * The first previous signature is that of the head, so that chunks cannot be moved between requests.
 */

const hashOfNothing = hash('sha256', '', 'hex')

/** What the signature of the head was made with, and that signature. */
export interface ChainStart {
  readonly key: SigningKey
  readonly timestamp: string
  readonly scope: CredentialScope
  readonly signature: string
}

/** Follows the chain of signatures through a body. */
export class SignatureChain {
  readonly #key: SigningKey
  readonly #context: string
  #previous: string
  #hash: Hash = createHash('sha256')

  constructor(start: ChainStart) {
    this.#key = start.key
    this.#context = `${start.timestamp}\n${scopeText(start.scope)}`
    this.#previous = start.signature
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes)
  }

  /** Signature of the chunk whose bytes were given since the last one. */
  nextChunk(): string {
    const chunk = this.#hash.digest('hex')
    this.#hash = createHash('sha256')
    return this.#next(`AWS4-HMAC-SHA256-PAYLOAD\n${this.#context}\n${this.#previous}\n${hashOfNothing}\n${chunk}`)
  }

  /** Signature of the trailers, each `name:value` and a line feed. */
  trailer(text: string): string {
    const hashed = hash('sha256', Buffer.from(text, 'latin1'), 'hex')
    return this.#next(`AWS4-HMAC-SHA256-TRAILER\n${this.#context}\n${this.#previous}\n${hashed}`)
  }

  #next(text: string): string {
    this.#previous = signature(this.#key, text)
    return this.#previous
  }

  /** @throws SigV4Error `signature-mismatch` */
  static require(claimed: string, right: string): void {
    if (!sameSignature(claimed, right)) throw new SigV4Error('signature-mismatch')
  }
}
