import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../fault.ts'
import { decodeBlock, encodeBlocks, type PostingBlock } from './posting-block.ts'

/** Adds places to the lists of (term, scope), block by block. */
export interface PostingWriter {
  /** `places` in ascending order of (time, position); none of them is in the list yet. */
  add(term: number, scope: number, places: PostingBlock): void
}

interface BlockRow {
  readonly time: number
  readonly position: number
  readonly places: Uint8Array | null
}

export function createPostingWriter(database: DatabaseSync): PostingWriter {
  const columns = 'SELECT time, position, places FROM postings WHERE term = ? AND scope = ?'
  const blockAt = database.prepare(
    `${columns} AND (time, position) <= (?, ?) ORDER BY time DESC, position DESC LIMIT 1`,
  )
  const blockAfter = database.prepare(`${columns} AND (time, position) > (?, ?) ORDER BY time, position LIMIT 1`)
  const put = database.prepare('INSERT OR REPLACE INTO postings VALUES (?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM postings WHERE term = ? AND scope = ? AND time = ? AND position = ?')

  /** Adds what belongs to one block, from `start`; returns the index of the first place that belongs to a later one. */
  const addToBlock = (term: number, scope: number, places: PostingBlock, start: number): number => {
    const time = places.times[start] ?? 0
    const position = places.positions[start] ?? 0
    const holder = blockAt.get(term, scope, time, position) as BlockRow | undefined
    const edge = holder ?? { time, position }
    const next = blockAfter.get(term, scope, edge.time, edge.position) as BlockRow | undefined
    // Before the first block there is nobody to join but that block itself.
    const target = holder ?? next
    const limit = holder === undefined ? undefined : next
    let end = start + 1
    while (end < places.times.length && (limit === undefined || isBefore(places, end, limit))) end += 1
    if (target === undefined) {
      for (const block of encodeBlocks(slice(places, start, end), 'fill')) {
        put.run(term, scope, block.time, block.position, block.blob)
      }
      return end
    }
    if (holder === undefined) end = start + countBefore(places, start, target)
    const old = decodeBlock(target.time, target.position, target.places)
    const added = slice(places, start, end)
    const isAppend = isBefore(old, old.times.length - 1, { time, position })
    const merged = isAppend ? concat(old, added) : merge(old, added)
    if (merged.times[0] !== target.time || merged.positions[0] !== target.position) {
      remove.run(term, scope, target.time, target.position)
    }
    for (const block of encodeBlocks(merged, isAppend ? 'fill' : 'even')) {
      put.run(term, scope, block.time, block.position, block.blob)
    }
    return end
  }

  return {
    add(term, scope, places) {
      let start = 0
      while (start < places.times.length) start = addToBlock(term, scope, places, start)
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

function concat(a: PostingBlock, b: PostingBlock): PostingBlock {
  return { times: a.times.concat(b.times), positions: a.positions.concat(b.positions) }
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
