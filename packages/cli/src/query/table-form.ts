import type { ShownColumn } from '@cairn/server/queries'
import type { Output } from '../output/output.ts'
import { printable } from '../output/printable.ts'
import type { ResultForm } from './result-form.ts'

/** Rows that decide how wide columns are; what comes later is shown with those widths, as it comes. */
const measuredMax = 200
/** No column is made narrower for others' sake. */
const widthMin = 8
const gap = '  '

/** Numbers are compared digit by digit, so they stand at the right. */
const numeric = /^(tinyint|smallint|integer|bigint|real|double|decimal)/

/** A table that fits a terminal: long values end in `…`. Where nobody looks, values are whole. */
export function createTableForm(output: Output): ResultForm {
  let heading: readonly ShownColumn[] = []
  let measured: (readonly string[])[] = []
  let widths: readonly number[] | undefined

  const cells = (row: readonly (string | null)[]) => row.map((value) => (value === null ? 'NULL' : printable(value)))

  async function begin(): Promise<readonly number[]> {
    const labels = heading.map(({ label }) => printable(label))
    const wanted = labels.map((label, at) =>
      measured.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), widthOf(label)),
    )
    widths = output.isTerminal ? fitted(wanted, output.columns) : wanted
    const line = lineOf(labels, widths)
    await output.line(output.style.bold(line))
    await output.line(output.style.dim(widths.map((width) => '─'.repeat(width)).join(gap)))
    return widths
  }

  async function write(rows: readonly (readonly string[])[], to: readonly number[]): Promise<void> {
    await output.write(rows.map((row) => `${lineOf(row, to)}\n`).join(''))
  }

  function lineOf(row: readonly string[], to: readonly number[]): string {
    const parts = row.map((cell, at) => {
      const width = to[at] ?? 0
      const shown = output.isTerminal ? cut(cell, width) : cell
      const padding = ' '.repeat(Math.max(0, width - widthOf(shown)))
      return numeric.test(heading[at]?.type ?? '') ? padding + shown : shown + padding
    })
    return parts.join(gap).trimEnd()
  }

  async function flush(): Promise<void> {
    const to = widths ?? (await begin())
    await write(measured, to)
    measured = []
  }

  return {
    async columns(columns) {
      heading = columns
    },
    async rows(rows) {
      if (widths !== undefined) return write(rows.map(cells), widths)
      measured.push(...rows.map(cells))
      if (measured.length >= measuredMax) await flush()
    },
    async end() {
      if (widths === undefined && heading.length > 0) await flush()
    },
  }
}

/** Takes width from the widest columns until all fit, or none has any to give. */
function fitted(wanted: readonly number[], columns: number): readonly number[] {
  const room = columns - gap.length * (wanted.length - 1)
  const widths = [...wanted]
  for (let over = sum(widths) - room; over > 0; ) {
    const widest = Math.max(...widths)
    if (widest <= widthMin) break
    const at = widths.indexOf(widest)
    const next = Math.max(widthMin, ...widths.filter((width) => width < widest))
    const less = Math.min(over, Math.max(1, widest - next))
    widths[at] = widest - less
    over -= less
  }
  return widths
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Columns that a text takes; close enough for what stands in events. */
function widthOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII is counted at once
  if (/^[\u0000-\u007f]*$/.test(text)) return text.length
  return Array.from(segments.segment(text)).reduce((width, { segment }) => width + (isWide(segment) ? 2 : 1), 0)
}

function isWide(segment: string): boolean {
  return /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u.test(
    segment,
  )
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let shown = ''
  let taken = 0
  for (const { segment } of segments.segment(text)) {
    taken += isWide(segment) ? 2 : 1
    if (taken > width - 1) break
    shown += segment
  }
  return `${shown}…`
}
