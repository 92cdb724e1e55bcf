/** Calls that began before a trail stopped are answered, or cut off, within this time. */
const runningCallsMs = 60_000

/** Entries are asked for within hours of their making; the oldest go when there are more than anyone has trails. */
const marksMax = 10_000

/** Tells when the past of a trail that selects nothing any more is complete. */
export interface Settling {
  /** Whether everything that was under way when this was first asked is routed. */
  isSettled(name: string): boolean
}

export function createSettling(options: {
  nowMs(): number
  /** Whether every frame that was accepted before `toMs` is in the plan. */
  isRouted(toMs: number): boolean
}): Settling {
  const marks = new Map<string, number>()
  return {
    isSettled(name) {
      const nowMs = options.nowMs()
      const mark = marks.get(name)
      if (mark === undefined) {
        const [oldest] = marks.keys()
        if (marks.size >= marksMax && oldest !== undefined) marks.delete(oldest)
        marks.set(name, nowMs + runningCallsMs)
        return false
      }
      return nowMs >= mark && options.isRouted(mark)
    },
  }
}
