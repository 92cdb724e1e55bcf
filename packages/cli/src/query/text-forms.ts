import { csvLine } from '@cairn/core/query-result'
import type { ShownColumn } from '@cairn/server/queries'
import type { Output } from '../output/output.ts'
import type { ResultForm } from './result-form.ts'

/** As results in buckets are: a heading, every value in quotes. */
export function createCsvForm(output: Output): ResultForm {
  return {
    columns: (columns) => output.write(csvLine(columns.map(({ label }) => label))),
    rows: (rows) => output.write(rows.map(csvLine).join('')),
    async end() {},
  }
}

/** One JSON object a line. Numbers and truth values are such; everything else is the text that Lake gives. */
export function createJsonForm(output: Output): ResultForm {
  let members: readonly { readonly name: string; readonly read: (text: string) => unknown }[] = []
  return {
    async columns(columns) {
      const names = distinctNames(columns)
      members = columns.map(({ type }, at) => ({ name: names[at] ?? '', read: readerOf(type) }))
    },
    rows: (rows) =>
      output.write(
        rows
          .map((row) =>
            JSON.stringify(
              Object.fromEntries(
                members.map(({ name, read }, at) => {
                  const value = row[at] ?? null
                  return [name, value === null ? null : read(value)]
                }),
              ),
            ),
          )
          .map((line) => `${line}\n`)
          .join(''),
      ),
    async end() {},
  }
}

/** Labels, those that come again with a number behind them: an object has each once. */
export function distinctNames(columns: readonly Pick<ShownColumn, 'label'>[]): readonly string[] {
  const taken = new Set<string>()
  return columns.map(({ label }) => {
    let name = label
    for (let n = 2; taken.has(name.toLowerCase()); n += 1) name = `${label}_${n}`
    taken.add(name.toLowerCase())
    return name
  })
}

function readerOf(type: string): (text: string) => unknown {
  if (type === 'boolean') return (text) => text === 'true'
  if (!/^(tinyint|smallint|integer|bigint|real|double)$/.test(type)) return (text) => text
  return (text) => {
    const number = Number(text)
    // What a JSON number cannot hold stays the text it was.
    const isExact = Number.isFinite(number) && (type === 'real' || type === 'double' || Number.isSafeInteger(number))
    return isExact ? number : text
  }
}
