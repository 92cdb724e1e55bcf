import { PassThrough } from 'node:stream'
import type { ShownColumn } from '@cairn/server/queries'
import { describe, expect, it } from 'vitest'
import { createOutput, type Output } from '../output/output.ts'
import type { ResultForm } from './result-form.ts'
import { createTableForm } from './table-form.ts'
import { createCsvForm, createJsonForm } from './text-forms.ts'

const columns: readonly ShownColumn[] = [
  { label: 'eventName', type: 'varchar' },
  { label: 'n', type: 'bigint' },
  { label: 'n', type: 'double' },
  { label: 'ok', type: 'boolean' },
]
const rows = [
  ['RunInstances', '12', '0.5', 'true'],
  ['say "x"', '9007199254740993', null, 'false'],
]

async function written(form: (output: Output) => ResultForm, terminal?: { readonly columns: number }): Promise<string> {
  const stream = Object.assign(new PassThrough(), terminal && { isTTY: true, columns: terminal.columns })
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const made = form(createOutput(stream, { NO_COLOR: '1' }))
  await made.columns(columns)
  await made.rows(rows)
  await made.end()
  return Buffer.concat(chunks).toString()
}

describe('a result', () => {
  it('as a table has numbers at the right and whole values where nobody looks', async () => {
    expect((await written(createTableForm)).split('\n')).toEqual([
      'eventName                    n     n  ok',
      '────────────  ────────────────  ────  ─────',
      'RunInstances                12   0.5  true',
      'say "x"       9007199254740993  NULL  false',
      '',
    ])
  })

  it('as a table fits the terminal by cutting the widest columns', async () => {
    const lines = (await written(createTableForm, { columns: 36 })).trimEnd().split('\n')
    expect(lines.every((line) => line.length <= 36)).toBe(true)
    expect(lines[3]).toContain('…')
    expect(lines[3]).toContain('false')
  })

  it('as a table cannot move the cursor of a terminal', async () => {
    const text = await written((output) => {
      const form = createTableForm(output)
      return { ...form, rows: () => form.rows([['\u001b[2J', '1', '1', 'true']]) }
    })
    expect(text).toContain('<001B>[2J')
  })

  it('as CSV is as results in buckets are', async () => {
    expect(await written(createCsvForm)).toBe(
      '"eventName","n","n","ok"\n"RunInstances","12","0.5","true"\n"say ""x""","9007199254740993","","false"\n',
    )
  })

  it('as JSON has numbers as far as they are exact, and each label once', async () => {
    expect(await written(createJsonForm)).toBe(
      '{"eventName":"RunInstances","n":12,"n_2":0.5,"ok":true}\n{"eventName":"say \\"x\\"","n":"9007199254740993","n_2":null,"ok":false}\n',
    )
  })
})
