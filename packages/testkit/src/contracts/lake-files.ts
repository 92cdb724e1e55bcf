import { readFile } from 'node:fs/promises'
import type { Position } from '@cairn/server/ports/event-log'
import type { LakeEvent, LakeFiles, RuleSet } from '@cairn/server/ports/lake-files'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const account = '123456789012'

function rule(id: string, category: string) {
  return {
    id,
    kind: 'events' as const,
    account,
    region: 'eu-central-1',
    isMultiRegion: true,
    takesLive: true,
    selectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: [category] }] }],
  }
}

const rules: RuleSet = { number: 1, rules: [rule('one', 'Management'), rule('two', 'Management')] }

function event(position: number, name: string, more: Partial<LakeEvent> = {}): LakeEvent {
  const text = JSON.stringify({ eventName: name, eventCategory: 'Management', eventTime: '2026-01-02T03:04:05Z' })
  const bytes = Buffer.from(text)
  return {
    position: position as Position,
    account,
    region: 'us-east-1',
    store: undefined,
    rules,
    rulesAfter: undefined,
    bytes,
    ...more,
  }
}

/** What every `LakeFiles` promises. Parts are made by others: here they are names only. */
export function registerLakeFilesContract(name: string, create: () => Promise<LakeFiles>): void {
  describe(`lake files contract: ${name}`, () => {
    let files: LakeFiles
    let position = 0
    beforeAll(async () => {
      files = await create()
    })
    afterAll(() => files[Symbol.asyncDispose]())

    /** Writes events of these names, and returns the batch. */
    async function write(...events: readonly ((at: number) => LakeEvent)[]) {
      const batch = { events: events.map((make) => make(position++)), next: position as Position }
      return { batch, written: await files.write(await files.prepare(batch)) }
    }

    async function namesIn(store: string): Promise<readonly string[]> {
      const state = await files.roll(store)
      const texts = await Promise.all(
        (state?.sealed ?? []).map(({ file }) => readFile(files.pathOf(store, file), 'utf8')),
      )
      const lines = texts.flatMap((text) => text.split('\n').filter((line) => line !== ''))
      return lines.map((line) => JSON.parse(line).eventname)
    }

    test('an event is a row in each table that takes it, and in one that it is addressed to', async () => {
      const { written } = await write(
        (at) => event(at, 'Both'),
        (at) => event(at, 'Two', { store: 'two' }),
        (at) => event(at, 'None', { store: 'unknown' }),
        (at) => event(at, 'Others', { account: '999999999999' }),
      )
      expect(written).toMatchObject({ rows: 3, notRecords: [] })
      expect(files.tables().get('two')).toMatchObject({ tail: { rows: 2, days: { '2026-01-02': { rows: 2 } } } })
      expect([await namesIn('one'), await namesIn('two')]).toEqual([['Both'], ['Both', 'Two']])
    })

    test('a batch that is written again adds nothing', async () => {
      const { batch } = await write((at) => event(at, 'Again'))
      expect(await files.write(await files.prepare(batch))).toMatchObject({ rows: 0 })
      expect(await namesIn('one')).toEqual(['Both', 'Again'])
    })

    test('of batches that are prepared nothing is there before they are written, in their order, once', async () => {
      const batches = ['First', 'Second'].map((name) => {
        const only = event(position++, name)
        return { events: [only], next: position as Position }
      })
      const prepared = await Promise.all(batches.map((batch) => files.prepare(batch)))
      expect(await namesIn('one')).toEqual(['Both', 'Again'])
      const writing = prepared.map((batch) => files.write(batch))
      expect(await Promise.all(writing)).toMatchObject([{ rows: 2 }, { rows: 2 }])
      expect(await namesIn('one')).toEqual(['Both', 'Again', 'First', 'Second'])
    })

    test('what was prepared and came into the table otherwise comes no second time', async () => {
      const batch = { events: [event(position++, 'Ahead')], next: position as Position }
      const [first, again] = [await files.prepare(batch), await files.prepare(batch)]
      expect(await files.write(first)).toMatchObject({ rows: 2 })
      expect(await files.write(again)).toMatchObject({ rows: 0 })
      await expect(files.write(first)).rejects.toMatchObject({ code: 'lake.files-failed' })
    })

    test('what is no record is told by its position', async () => {
      const { batch, written } = await write((at) => event(at, 'x', { bytes: Buffer.from('[]') }))
      expect(written).toEqual({ rows: 0, bytes: 0, notRecords: [batch.events[0]?.position] })
    })

    test('new rules are followed from the event on that names them', async () => {
      const later: RuleSet = { number: 2, rules: [rule('one', 'Management'), rule('late', 'Management')] }
      await write(
        (at) => event(at, 'Earlier'),
        (at) => event(at, 'Change', { rulesAfter: later }),
        (at) => event(at, 'Later', { rules: later }),
      )
      expect(await namesIn('late')).toEqual(['Change', 'Later'])
      expect(await namesIn('two')).not.toContain('Later')
    })

    test('files are exchanged in one step, and removed when told', async () => {
      const sealed = (await files.roll('late'))?.sealed.map(({ file }) => file) ?? []
      const part = {
        file: 'day=2026-01-02/part-00000001.parquet',
        day: '2026-01-02',
        rows: 2,
        bytes: 1,
        sha256: '',
        eventTimeMsMin: 0,
        eventTimeMsMax: 0,
      }
      expect(await files.replace('late', { removed: sealed, added: [part] })).toMatchObject({
        sealed: [],
        parts: [part],
      })
      // Nothing can leave a table twice, or its rows would be there twice.
      const again = files.replace('late', { removed: sealed, added: [part] })
      await expect(again).rejects.toMatchObject({ code: 'lake.files-failed' })
      expect(files.tables().get('late')?.parts).toEqual([part])
      const [file = ''] = sealed
      expect(await readFile(files.pathOf('late', file), 'utf8')).not.toBe('')
      await files.remove('late', sealed)
      await expect(readFile(files.pathOf('late', file))).rejects.toThrow('ENOENT')
      await expect(files.replace('unknown', { removed: [], added: [] })).rejects.toMatchObject({
        code: 'lake.files-failed',
      })
    })

    test('new rows leave the typed files of their table known', async () => {
      const before = files.tables().get('late')?.parts
      await write((at) => event(at, 'Newer', { store: 'late', rules: { number: 2, rules: [rule('late', 'Data')] } }))
      expect(files.tables().get('late')).toMatchObject({ tail: { rows: 1 }, parts: before })
      expect((await files.roll('late'))?.parts).toEqual(before)
    })

    test('a dropped table is gone', async () => {
      await files.drop('late')
      expect(files.tables().has('late')).toBe(false)
    })

    test('the cursor moves when told', async () => {
      await files.mark(position as Position)
      expect(files.cursor()).toBe(position)
      expect(files.tables().get('two')?.next).toBe(position)
    })

    test('frozen files stay as they are', async () => {
      await using frozen = await files.freeze()
      const [first] = files.tables().get('one')?.sealed ?? []
      await files.remove('one', [first?.file ?? ''])
      expect(await readFile(`${frozen.folder}/one/${first?.file}`, 'utf8')).toContain('Both')
    })
  })
}
