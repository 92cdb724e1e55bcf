import { type EventFields, eventFields } from '@cairn/core/record'
import type { Output } from '../output/output.ts'
import { printable } from '../output/printable.ts'

/** What stands beside a record in a line of the look-up's answer. */
export interface EventHead {
  readonly account: string
  readonly region: string
  readonly time: string
  /** What was found wrong with the imported files that it is from. */
  readonly failedFiles?: readonly { readonly kind: string; readonly sentence: string; readonly place?: string }[]
}

const none: EventFields = { category: 'Management', resources: [] }

/** Where lines go: a terminal gets each cut to its width, in colour; anything else gets them whole. */
export type Screen = Pick<Output, 'isTerminal' | 'columns' | 'style'>

interface Cell {
  readonly text: string
  readonly width?: number
  readonly mark?: (text: string) => string
}

/** Below this many columns there is no room to line columns up. */
const roomyColumns = 120

/** One event as one line for people: when, who, what, where from, what went wrong, and on what. */
export function eventText(head: EventHead, record: Uint8Array, screen: Screen): string {
  return lineOf(cellsOf(head, record, screen), screen.isTerminal ? screen.columns : undefined)
}

function cellsOf(head: EventHead, record: Uint8Array, { style, isTerminal, columns }: Screen): readonly Cell[] {
  const fields = eventFields(record) ?? none
  const service = fields.eventSource?.replace(/\.amazonaws\.com$/, '') ?? '-'
  const what = `${service}:${fields.eventName ?? '-'}`
  const [resource, ...others] = fields.resources
  const when = { text: head.time.replace(/\.000Z$/, 'Z'), mark: style.dim }
  const who = { text: fields.username ?? fields.principalArn ?? namelessCaller(record), width: 20, mark: style.bold }
  const did = { text: what, width: 34, ...(fields.readOnly === false && { mark: style.yellow }) }
  const places = [
    { text: head.region, width: 12 },
    { text: fields.sourceIp ?? '-', width: 15 },
  ]
  const wrong = [
    ...(fields.errorCode === undefined ? [] : [{ text: fields.errorCode, mark: style.red }]),
    ...failures(head).map(({ kind, at }) => ({ text: `[${kind}: ${at}]`, mark: style.red })),
  ]
  const target =
    resource === undefined ? [] : [{ text: resource.name + (others.length > 0 ? ` +${others.length}` : '') }]
  if (!isTerminal || columns >= roomyColumns) return [when, who, did, ...places, ...wrong, ...target]
  // What is cut off at the end is what is missed the least.
  return [when, who, did, ...wrong, ...target, ...places].map(({ width: _, ...cell }: Cell) => cell)
}

const gap = '  '

/** Cells beside each other; of what does not fit, the last character left says so. */
function lineOf(cells: readonly Cell[], columns = Number.POSITIVE_INFINITY): string {
  let left = columns
  const shown: string[] = []
  for (const [index, { text, width = 0, mark }] of cells.entries()) {
    const isLast = index === cells.length - 1
    const whole = isLast ? printable(text) : printable(text).padEnd(width)
    const fitting =
      whole.length <= left - (isLast ? 0 : gap.length + 1) ? whole : `${whole.slice(0, Math.max(left - 1, 0))}…`
    shown.push(mark ? mark(fitting) : fitting)
    left -= fitting.length + gap.length
    if (fitting !== whole) break
  }
  return shown.join(gap).trimEnd()
}

function failures({ failedFiles = [] }: EventHead) {
  return failedFiles.map(({ kind, sentence, place }) => ({ kind, sentence, at: place ?? 'an imported file' }))
}

/** Who called where the identity has no name: a service, somebody of another account, the operator. */
function namelessCaller(record: Uint8Array): string {
  try {
    const { userIdentity } = JSON.parse(new TextDecoder().decode(record))
    return String(userIdentity.invokedBy ?? userIdentity.accountId ?? userIdentity.type ?? '-')
  } catch {
    return '-'
  }
}

/** One event with everything its record says, indented. */
export function longEventText(head: EventHead, record: Uint8Array, screen: Screen): string {
  const { style } = screen
  const text = new TextDecoder().decode(record)
  let shown: string
  try {
    shown = JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    shown = text
  }
  const found = failures(head).map(({ kind, at, sentence }) =>
    style.red(`  ${printable(`${sentence} (${kind}, ${at})`)}`),
  )
  const body = [...found, ...shown.split('\n').map((line) => `  ${printable(line)}`)]
  return `${lineOf(cellsOf(head, record, screen))}  ${style.dim(`account ${printable(head.account)}`)}\n${body.join('\n')}\n`
}
