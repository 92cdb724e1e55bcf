import type { EventKey, Recognition } from '../../ports/history-index.ts'

/** Keys of events on their way to another thread: columns, because an object a key costs more than looking it up. */
export interface KeyBatch {
  readonly accounts: readonly string[]
  /** Index of each key's account in `accounts`. */
  readonly accountOf: Uint32Array<ArrayBuffer>
  readonly eventIds: readonly (string | undefined)[]
  /** The content hashes, one after the other. */
  readonly hashes: Uint8Array<ArrayBuffer>
}

/** SHA-256. */
const hashBytes = 32

export function packKeys(keys: readonly EventKey[]): KeyBatch {
  const numbers = new Map<string, number>()
  const accountOf = new Uint32Array(keys.length)
  const hashes = new Uint8Array(keys.length * hashBytes)
  for (const [index, { account, contentHash }] of keys.entries()) {
    const number = numbers.get(account) ?? numbers.size
    numbers.set(account, number)
    accountOf[index] = number
    hashes.set(contentHash, index * hashBytes)
  }
  return { accounts: [...numbers.keys()], accountOf, eventIds: keys.map(({ eventId }) => eventId), hashes }
}

export function unpackKeys({ accounts, accountOf, eventIds, hashes }: KeyBatch): EventKey[] {
  return eventIds.map((eventId, index) => ({
    account: accounts[accountOf[index] ?? 0] ?? '',
    eventId,
    contentHash: hashes.subarray(index * hashBytes, (index + 1) * hashBytes),
  }))
}

const recognitions = ['new', 'same', 'other'] as const satisfies readonly Recognition[]

export function packAnswers(answers: readonly Recognition[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(answers, (answer) => recognitions.indexOf(answer))
}

export function unpackAnswers(answers: Uint8Array): Recognition[] {
  return Array.from(answers, (answer) => recognitions[answer] ?? 'new')
}
