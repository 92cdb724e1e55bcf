import { type EventFields, eventFields } from '@cairn/core/record'
import type { Style } from '../output/output.ts'
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

/** One event as one line for people: when, who, what, where from, on what, and what went wrong. */
export function eventText(head: EventHead, record: Uint8Array, style: Style): string {
  const fields = eventFields(record) ?? none
  const service = fields.eventSource?.replace(/\.amazonaws\.com$/, '') ?? '-'
  const what = `${service}:${fields.eventName ?? '-'}`
  const [resource, ...others] = fields.resources
  const columns = [
    style.dim(head.time.replace(/\.000Z$/, 'Z')),
    style.bold(cell(fields.username ?? fields.principalArn ?? namelessCaller(record), 20)),
    fields.readOnly === false ? style.yellow(cell(what, 34)) : cell(what, 34),
    cell(head.region, 12),
    cell(fields.sourceIp ?? '-', 15),
    resource === undefined ? '' : printable(resource.name) + (others.length > 0 ? ` +${others.length}` : ''),
    fields.errorCode === undefined ? '' : style.red(printable(fields.errorCode)),
    ...failures(head).map(({ kind, at }) => style.red(`[${printable(kind)}: ${printable(at)}]`)),
  ]
  return columns
    .filter((column) => column !== '')
    .join('  ')
    .trimEnd()
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
export function longEventText(head: EventHead, record: Uint8Array, style: Style): string {
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
  return `${eventText(head, record, style)}  ${style.dim(`account ${printable(head.account)}`)}\n${body.join('\n')}\n`
}

/** Padded to `width`; longer text keeps its end off the next column by its own length. */
function cell(text: string, width: number): string {
  return printable(text).padEnd(width)
}
