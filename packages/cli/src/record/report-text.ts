import type { Style } from '../output/output.ts'
import { printable } from '../output/printable.ts'
import type { PolicyDocument } from './least-policy.ts'
import type { Summary } from './summary.ts'

interface ReportOptions {
  readonly style: Style
  /** Of the terminal. */
  readonly columns: number
}

/** Long lists are for `--json` and `--policy`. */
const listMax = 20
const resourcesMax = 5
const indent = '  '

/** The report at the end of a session, for people. */
export function reportLines(summary: Summary, policy: PolicyDocument, options: ReportOptions): readonly string[] {
  const { style } = options
  const calls = summary.calls === 1 ? '1 call' : `${summary.calls} calls`
  const services = summary.services.length === 1 ? '1 service' : `${summary.services.length} services`
  const failed = summary.errors.reduce((sum, { count }) => sum + count, 0)
  const failures = failed === 0 ? '' : `, ${style.red(`${failed} failed`)}`
  return [
    `${style.bold(`Cairn recorded ${calls}`)} to ${services}${failures}`,
    ...serviceLines(summary, options),
    ...section('Errors', errorRows(summary), options),
    ...section('By test', testRows(summary), options),
    ...section('Callers', identityRows(summary), options),
    ...section('Slowest', slowestRows(summary), options),
    ...policyLines(policy, summary, options),
  ]
}

function serviceLines({ services }: Summary, { style, columns }: ReportOptions): readonly string[] {
  const width = Math.min(24, Math.max(...services.map(({ service }) => service.length), 0))
  return services.slice(0, listMax).flatMap(({ service, operations }) => {
    const words = operations.map(({ operation, count, errors }) => {
      const times = count === 1 ? '' : ` ×${count}`
      const broken = errors === 0 ? '' : errors === count ? ' failed' : ` (${errors} failed)`
      return `${printable(operation)}${times}${broken}`
    })
    const room = Math.max(20, columns - width - indent.length - 2)
    return wrapped(words, room).map((line, index) => {
      const name = index === 0 ? style.bold(clip(service, width).padEnd(width)) : ' '.repeat(width)
      return `${indent}${name}  ${line}`
    })
  })
}

/** Words separated by commas, in lines of at most `room` columns. */
function wrapped(words: readonly string[], room: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const [index, word] of words.entries()) {
    const part = clip(index === words.length - 1 ? word : `${word},`, room)
    if (line !== '' && line.length + 1 + part.length > room) {
      lines.push(line)
      line = part
    } else line = line === '' ? part : `${line} ${part}`
  }
  return line === '' ? lines : [...lines, line]
}

type Row = readonly [amount: string, text: string, rest?: string]

function section(title: string, rows: readonly Row[], { style, columns }: ReportOptions): readonly string[] {
  if (rows.length === 0) return []
  const shown = rows.slice(0, listMax)
  const width = Math.max(...shown.map(([amount]) => amount.length))
  const lines = shown.map(([amount, text, rest]) => {
    const room = columns - indent.length - width - 2
    const whole = rest === undefined ? text : `${text}  ${rest}`
    const head = `${indent}${amount.padStart(width)}  `
    if (rest === undefined) return `${head}${clipMiddle(text, room)}`
    if (whole.length <= room) return `${head}${text}  ${style.dim(rest)}`
    return `${head}${clipMiddle(text, room)}\n${' '.repeat(head.length)}${style.dim(clipMiddle(rest, room))}`
  })
  const more = rows.length > listMax ? [`${indent}… ${rows.length - listMax} more: --json has them all`] : []
  return ['', style.bold(title), ...lines, ...more]
}

function errorRows({ errors }: Summary): readonly Row[] {
  return errors.map(({ call, error, count }) => [`${count}×`, printable(call), printable(error)])
}

function identityRows({ identities }: Summary): readonly Row[] {
  return identities.map(({ identity, count }) => [`${count}×`, printable(identity)])
}

function slowestRows({ slowest }: Summary): readonly Row[] {
  return slowest.map(({ call, elapsedMs, resource }) => {
    const row = [`${elapsedMs} ms`, printable(call)] as const
    return resource === undefined ? row : [...row, printable(resource)]
  })
}

function testRows({ tests }: Summary): readonly Row[] {
  return tests.map(({ test, calls }) => {
    const total = calls.reduce((sum, { count }) => sum + count, 0)
    const names = calls.map(({ call, count }) => (count === 1 ? call : `${call} ×${count}`)).join(', ')
    return [`${total}×`, test === '' ? '(outside tests)' : printable(test), printable(names)]
  })
}

/** For people: actions, and below them what they are allowed on. */
function policyLines(policy: PolicyDocument, summary: Summary, options: ReportOptions): readonly string[] {
  const { style, columns } = options
  if (policy.Statement.length === 0) return []
  const statements = policy.Statement.map(({ Action, Resource }) => [
    ...wrapped(Action, columns - indent.length).map((line) => `${indent}${line}`),
    ...Resource.slice(0, resourcesMax).map(
      (arn) => `${indent}  ${style.dim(clipMiddle(arn === '*' ? '*' : printable(arn), columns - indent.length - 2))}`,
    ),
    ...(Resource.length > resourcesMax ? [`${indent}  … ${Resource.length - resourcesMax} more`] : []),
  ])
  const shown = statements.slice(0, listMax)
  const more = statements.length > listMax ? [`${indent}… ${statements.length - listMax} more statements`] : []
  return [
    '',
    style.bold('Least policy'),
    ...wrapped(notes(summary), columns - indent.length).map((line) => `${indent}${style.dim(line)}`),
    ...shown.flat(),
    ...more,
  ]
}

function notes({ denied, unclear }: Summary): readonly string[] {
  const left = [
    denied === 0 ? [] : [`without ${denied === 1 ? 'the call that was' : `the ${denied} calls that were`} denied`],
    unclear === 0 ? [] : [`without ${unclear === 1 ? 'a call' : `${unclear} calls`} whose operation is unclear`],
  ]
  return ['--policy FILE writes it (.json .yaml .tf)', ...left.flat()]
}

function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

/** ARNs and names of tests differ at their ends. */
function clipMiddle(text: string, width: number): string {
  if (text.length <= width) return text
  const head = Math.ceil((width - 1) / 2)
  const tail = Math.max(0, width - 1 - head)
  return `${text.slice(0, head)}…${tail === 0 ? '' : text.slice(-tail)}`
}
