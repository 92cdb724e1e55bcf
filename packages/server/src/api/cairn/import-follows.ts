import { Fault } from '../../fault.ts'
import { publicKeyValues } from '../../proofs/index.ts'
import { defineEndpoint } from '../endpoint.ts'
import { importPlace } from './import-place.ts'
import { readText } from './read-text.ts'
import { refused } from './refused.ts'

/**
 * Follows a place in a store from now on, also after a restart, and answers with the follow. The same place twice is one
 * follow. Parameters: those of a place (import-place.ts) but `until`. With `verify=true` the
 * body holds public keys, as the answer of ListPublicKeys does: digests that come are checked with them.
 */
export const importFollow = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/import/follow',
  uses: ['storeImports', 'clock'],
  access: 'operator',
  readOnly: false,
  async run({ query, body }, { storeImports, clock }) {
    if (query.has('until')) return refused('InvalidTime', 'what is followed has no end: leave until out')
    const asked = importPlace(query, clock.nowMs(), storeImports)
    if ('refusal' in asked) return asked.refusal
    const keys = query.get('verify') === 'true' ? keysOf(await readText(body)) : undefined
    if (keys === 'unreadable') return refused('import.keys-invalid', 'what was given are no public keys')
    try {
      return json(await storeImports.follow({ ...asked.place, ...(keys && { verifyKeys: keys }) }))
    } catch (error) {
      if (!(error instanceof Fault) || !error.code.startsWith('import.')) throw error
      return refused(error.code, error.message)
    }
  },
})

/** All follows and how they are doing. */
export const importFollows = defineEndpoint({
  method: 'GET',
  path: '/_cairn/v1/import/follows',
  uses: ['storeImports'],
  access: 'operator',
  readOnly: true,
  run: (_, { storeImports }) => json({ follows: storeImports.follows() }),
})

/** Ends the follow with this `id`. What it took in stays. */
export const importStop = defineEndpoint({
  method: 'POST',
  path: '/_cairn/v1/import/stop',
  uses: ['storeImports'],
  access: 'operator',
  readOnly: false,
  async run({ query }, { storeImports }) {
    const id = query.get('id') ?? ''
    return (await storeImports.stop(id)) ? json({ stopped: id }) : refused('NotFollowed', 'there is no such follow')
  },
})

function keysOf(text: string): readonly string[] | 'unreadable' {
  try {
    return publicKeyValues(text)
  } catch {
    return 'unreadable'
  }
}

function json(value: unknown) {
  return { status: 200, contentType: 'application/json', body: JSON.stringify(value) }
}
