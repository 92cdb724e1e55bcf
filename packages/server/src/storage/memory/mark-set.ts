import { type MarkSet, markBytes } from '../../ports/mark-set.ts'

export function createMemoryMarkSet(): MarkSet {
  const held = new Set<string>()
  const each = (marks: Uint8Array): readonly string[] =>
    Array.from({ length: marks.length / markBytes }, (_, index) =>
      Buffer.from(marks.subarray(index * markBytes, (index + 1) * markBytes)).toString('latin1'),
    )
  return {
    has: async (marks) => Uint8Array.from(each(marks), (mark) => (held.has(mark) ? 1 : 0)),
    async add(marks) {
      for (const mark of each(marks)) held.add(mark)
    },
    async [Symbol.asyncDispose]() {},
  }
}
