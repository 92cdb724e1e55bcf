import type { Position } from '../../ports/event-log.ts'

/*
 * Positions of a run, ascending:
 *
 *     positions := delta*      the first is counted from the run's first position, the others from the one before
 *     delta     := LEB128: seven bits a byte, the lowest first, the top bit set on all but the last
 *
 * Events that follow each other take one byte each.
 */

const deltaBytesMax = 8

export function encodePositions(positions: readonly Position[]): Uint8Array {
  const bytes = new Uint8Array(positions.length * deltaBytesMax)
  let end = 0
  let before = positions[0] ?? 0
  for (const position of positions) {
    // A position is a safe integer, which the bit operators of 32 bits would cut.
    let rest = position - before
    if (rest < 0) throw new RangeError('positions of a run ascend')
    while (rest >= 0x80) {
      bytes[end++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    bytes[end++] = rest
    before = position
  }
  return bytes.slice(0, end)
}

export function decodePositions(first: number, bytes: Uint8Array): readonly Position[] {
  const positions: Position[] = []
  let position = first
  let delta = 0
  let weight = 1
  for (const byte of bytes) {
    delta += (byte & 0x7f) * weight
    weight *= 0x80
    if (byte >= 0x80) continue
    position += delta
    positions.push(position as Position)
    delta = 0
    weight = 1
  }
  return positions
}
