import type { PatternPart } from './pattern.ts'

export type TextMatcher = (text: string) => boolean

/** What stands between two `*`: text, in which some positions may hold any character. */
interface Run {
  readonly text: string
  /** Positions of `?`; `undefined` when there are none, so that the native search can be used. */
  readonly holes: ReadonlySet<number> | undefined
}

/**
 * Compiles a pattern without variables. Every run between two `*` is taken at its first place, which is always right,
 * so nothing is tried twice: the time is bounded by the length of the text times that of the longest run with a `?`.
 */
export function compileGlob(parts: readonly PatternPart[]): TextMatcher {
  const runs = runsOf(parts)
  const [first, ...rest] = runs
  if (first === undefined) return (text) => text === ''
  const last = rest.pop()
  if (last === undefined) {
    if (first.holes === undefined) return (text) => text === first.text
    return (text) => text.length === first.text.length && isAt(first, text, 0)
  }
  if (rest.length === 0 && last.text === '' && first.holes === undefined) {
    return first.text === '' ? () => true : (text) => text.startsWith(first.text)
  }
  return (text) => matchesRuns(text, first, rest, last)
}

function matchesRuns(text: string, first: Run, middle: readonly Run[], last: Run): boolean {
  const end = text.length - last.text.length
  let position = first.text.length
  if (position > end || !isAt(first, text, 0) || !isAt(last, text, end)) return false
  for (const run of middle) {
    const found = find(run, text, position)
    if (found < 0) return false
    position = found + run.text.length
  }
  return position <= end
}

function isAt(run: Run, text: string, at: number): boolean {
  if (run.holes === undefined) return text.startsWith(run.text, at)
  if (at + run.text.length > text.length) return false
  for (let index = 0; index < run.text.length; index++) {
    if (text.charCodeAt(at + index) !== run.text.charCodeAt(index) && !run.holes.has(index)) return false
  }
  return true
}

function find(run: Run, text: string, from: number): number {
  if (run.holes === undefined) return text.indexOf(run.text, from)
  for (let at = from; at + run.text.length <= text.length; at++) if (isAt(run, text, at)) return at
  return -1
}

function runsOf(parts: readonly PatternPart[]): Run[] {
  const runs: Run[] = []
  let text = ''
  let holes = new Set<number>()
  const finish = (): void => {
    runs.push({ text, holes: holes.size > 0 ? holes : undefined })
    text = ''
    holes = new Set()
  }
  for (const part of parts) {
    switch (part.kind) {
      case 'text':
        text += part.text
        break
      case 'one':
        holes.add(text.length)
        text += '?'
        break
      case 'many':
        finish()
        break
      case 'variable':
        throw new TypeError('variables are substituted before a pattern is compiled')
    }
  }
  finish()
  return runs
}
