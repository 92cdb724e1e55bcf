import type { HttpRequest } from '../../http-message.ts'
import { Refusal } from './refusal.ts'

/** Headers that two parties could read differently when they come twice: each decides what a call is or who makes it. */
const single: ReadonlySet<string> = new Set([
  'authorization',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-security-token',
  'x-amz-target',
])

/**
 * Refuses what upstream and Cairn could understand differently: what is recorded would not be what was done. Framing
 * that contradicts itself never gets here, the listener's parser is strict.
 *
 * @throws Refusal
 */
export function requirePlain({ head }: HttpRequest): void {
  if (!head.path.startsWith('/')) {
    throw new Refusal({ failure: 'malformed' }, 'The target of the request must be a path.', 400)
  }
  const seen = new Set<string>()
  for (let index = 0; index < head.headers.length; index += 2) {
    const name = head.headers[index]?.toLowerCase() ?? ''
    if (!single.has(name)) continue
    if (seen.has(name)) throw new Refusal({ failure: 'malformed' }, `The header ${name} came more than once.`, 400)
    seen.add(name)
  }
}
