import { recordSpellings } from './table-schemas.ts'

/** Finds what belongs to a member's name, whatever its case, from the name's bytes in a record. */
export interface FieldFinder<Field> {
  /** @param hash of the name's bytes, as `JsonWalk` makes it */
  find(source: Uint8Array, from: number, to: number, hash: number): Spelling<Field>
}

/** A member's name as records write it. */
export interface Spelling<Field> {
  readonly name: string
  /** `undefined` for a name that means nothing. */
  readonly field: Field | undefined
}

interface Known<Field> extends Spelling<Field> {
  readonly bytes: Uint8Array
  readonly hash: number
}

/** Real spellings of a struct's fields are some dozens; hostile ones are not remembered beyond this. */
const spellingsMax = 256
/** A power of two; at most a quarter of them is taken. */
const slotsMax = 1_024

/** By the name in lower case, or by what records call it otherwise. */
export function fieldNamed<Field>(fields: ReadonlyMap<string, Field>, spelling: string): Field | undefined {
  const lower = spelling.toLowerCase()
  return fields.get(lower) ?? fields.get(recordSpellings[lower] ?? '')
}

export function createFieldFinder<Field>(fields: ReadonlyMap<string, Field>): FieldFinder<Field> {
  const slots: (Known<Field> | undefined)[] = new Array(slotsMax).fill(undefined)
  let count = 0
  return {
    find(source, from, to, hash) {
      let slot = hash & (slotsMax - 1)
      for (let known = slots[slot]; known !== undefined; known = slots[slot]) {
        if (known.hash === hash && isAt(source, from, to, known.bytes)) return known
        slot = (slot + 1) & (slotsMax - 1)
      }
      const bytes = source.slice(from, to)
      const name = decoder.decode(bytes)
      const found = { name, field: fieldNamed(fields, name), bytes, hash }
      if (count < spellingsMax) {
        slots[slot] = found
        count += 1
      }
      return found
    },
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function isAt(source: Uint8Array, from: number, to: number, bytes: Uint8Array): boolean {
  if (to - from !== bytes.length) return false
  for (let at = 0; at < bytes.length; at = (at + 1) | 0) if (source[(from + at) | 0] !== bytes[at]) return false
  return true
}
