const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/**
 * Reads a moment as people write it: `2023-07-10`, `2023-07-10T12:00:00Z`, `-30d`, `-5m`, `now`.
 * Times without a zone are UTC. `end` says that a bare date means the last millisecond of its day. Returns epoch
 * milliseconds, `undefined` when `text` is no moment.
 */
export function parseMoment(text: string, nowMs: number, bound: 'start' | 'end' = 'start'): number | undefined {
  if (text === 'now') return nowMs
  const ago = /^-(\d{1,9})([smhdw])$/.exec(text)
  if (ago !== null) return Math.max(0, nowMs - Number(ago[1]) * unitMs[ago[2] as keyof typeof unitMs])
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const day = Date.parse(`${text}T00:00:00Z`)
    return Number.isNaN(day) ? undefined : day + (bound === 'end' ? unitMs.d - 1 : 0)
  }
  const full = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?$/.exec(text)
  if (full === null) return undefined
  const at = Date.parse(`${full[1]}T${full[2]}${full[3] ?? 'Z'}`)
  return Number.isNaN(at) || at < 0 ? undefined : at
}
