import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../fault.ts'
import { appendToBlock, decodeBlock, type EncodedBlock, encodeBlocks, type PostingBlock } from './posting-block.ts'

/** Adds places to the lists of (term, scope), block by block. */
export interface PostingWriter {
  /** `places` in ascending order of (time, position); none of them is in the list yet. */
  add(term: number, scope: number, places: PostingBlock): void
}

export function createPostingWriter(database: DatabaseSync): PostingWriter {
  const columns = 'SELECT time, position, places FROM postings WHERE term = ? AND scope = ?'
  const find = (rest: string) => {
    const statement = database.prepare(`${columns} ${rest} LIMIT 1`)
    statement.setReturnArrays(true)
    return (...of: number[]): EncodedBlock | undefined => {
      const row = statement.get(...of) as unknown as [number, number, Uint8Array | null] | undefined
      return row && { time: row[0], position: row[1], blob: row[2] }
    }
  }
  const lastBlock = find('ORDER BY time DESC, position DESC')
  const blockAt = find('AND (time, position) <= (?, ?) ORDER BY time DESC, position DESC')
  const blockAfter = find('AND (time, position) > (?, ?) ORDER BY time, position')
  const insert = database.prepare('INSERT OR REPLACE INTO postings VALUES (?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM postings WHERE term = ? AND scope = ? AND time = ? AND position = ?')
  const put = (term: number, scope: number, blocks: readonly EncodedBlock[]): void => {
    for (const { time, position, blob } of blocks) insert.run(term, scope, time, position, blob)
  }

  /** Adds what belongs to one block, from `start`; returns the index of the first place that belongs to a later one. */
  const addToBlock = (term: number, scope: number, places: PostingBlock, start: number): number => {
    const time = places.times[start] ?? 0
    const position = places.positions[start] ?? 0
    const holder = blockAt(term, scope, time, position)
    const edge = holder ?? { time, position }
    const next = blockAfter(term, scope, edge.time, edge.position)
    // Before the first block there is nobody to join but that block itself.
    const target = holder ?? next
    if (target === undefined) throw new Fault('history.damaged', 'a list has no block')
    const end = next === undefined ? places.times.length : start + countBefore(places, start, next)
    const old = decodeBlock(target.time, target.position, target.blob)
    const merged = merge(old, slice(places, start, end))
    if (merged.times[0] !== target.time || merged.positions[0] !== target.position) {
      remove.run(term, scope, target.time, target.position)
    }
    put(term, scope, encodeBlocks(merged, holder !== undefined && next === undefined ? 'fill' : 'even'))
    return end
  }

  return {
    add(term, scope, places) {
      // Events come in nearly the order of their times, so nearly always the end of a list grows.
      const last = lastBlock(term, scope)
      const grown = last === undefined ? encodeBlocks(places, 'fill') : appendToBlock(last, places)
      if (grown !== undefined) return put(term, scope, grown)
      for (let start = 0; start < places.times.length; ) start = addToBlock(term, scope, places, start)
    },
  }
}

function isBefore(places: PostingBlock, index: number, edge: { time: number; position: number }): boolean {
  const time = places.times[index] ?? 0
  return time < edge.time || (time === edge.time && (places.positions[index] ?? 0) < edge.position)
}

function countBefore(places: PostingBlock, start: number, edge: { time: number; position: number }): number {
  let end = start
  while (end < places.times.length && isBefore(places, end, edge)) end += 1
  return end - start
}

function slice(places: PostingBlock, start: number, end: number): PostingBlock {
  return { times: places.times.slice(start, end), positions: places.positions.slice(start, end) }
}

function merge(a: PostingBlock, b: PostingBlock): PostingBlock {
  const times: number[] = []
  const positions: number[] = []
  let i = 0
  let j = 0
  while (i < a.times.length || j < b.times.length) {
    const edge = j < b.times.length ? { time: b.times[j] ?? 0, position: b.positions[j] ?? 0 } : undefined
    const takesA = i < a.times.length && (edge === undefined || isBefore(a, i, edge))
    times.push((takesA ? a.times[i] : b.times[j]) ?? 0)
    positions.push((takesA ? a.positions[i++] : b.positions[j++]) ?? 0)
  }
  const isTwice = positions.some(
    (position, index) => position === positions[index + 1] && times[index] === times[index + 1],
  )
  if (isTwice) throw new Fault('history.damaged', 'an event is in the list already')
  return { times, positions }
}
