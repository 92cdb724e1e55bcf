import { describe, expect, it } from 'vitest'
import { Fault } from '../../fault.ts'
import { defineCollection } from '../../ports/catalog.ts'
import { type DecidedChange, type Journal, QueuedCatalog } from './index.ts'

const numbers = defineCollection<number>('number')
const noCause = { intentId: undefined }
const put = (catalog: QueuedCatalog, key: string, value: number) =>
  catalog.change(noCause, (draft) => draft.put(numbers, key, value))

interface Commit {
  readonly changes: readonly DecidedChange[]
  readonly forgotten: readonly string[]
  readonly finish: (error?: unknown) => void
}

/** A journal whose commits the test lets through or refuses one by one. */
function heldJournal() {
  const commits: Commit[] = []
  const journal: Journal = {
    commit: (changes, forgotten) =>
      new Promise((resolve, reject) => {
        commits.push({ changes, forgotten, finish: (error) => (error === undefined ? resolve() : reject(error)) })
      }),
    release: async () => {},
    close: async () => {},
  }
  const catalog = new QueuedCatalog(journal, { version: 0, oldestVersion: 0, documents: [], intents: [] })
  return { catalog, commits }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('group commit', () => {
  it('commits together what is decided in one turn, and what gathers while a commit is under way', async () => {
    const { catalog, commits } = heldJournal()
    const first = [put(catalog, 'a', 1), put(catalog, 'b', 2)]
    await turn()
    const second = [put(catalog, 'c', 3), put(catalog, 'd', 4), put(catalog, 'e', 5)]
    await turn()
    expect(commits.map(({ changes }) => changes.length)).toEqual([2])
    commits[0]?.finish()
    await Promise.all(first)
    expect(catalog.version).toBe(2)
    await turn()
    expect(commits.map(({ changes }) => changes.length)).toEqual([2, 3])
    commits[1]?.finish()
    await Promise.all(second)
    expect(catalog.list(numbers).map(({ value }) => value)).toEqual([1, 2, 3, 4, 5])
  })
})

describe('full disk', () => {
  it('refuses what was waiting, forgets what was decided on it, and goes on when there is room', async () => {
    const { catalog, commits } = heldJournal()
    const refused = [put(catalog, 'a', 1)]
    await turn()
    refused.push(put(catalog, 'a', 2))
    commits[0]?.finish(new Fault('catalog.full', 'no room'))
    for (const change of refused) await expect(change).rejects.toMatchObject({ code: 'catalog.full' })
    expect(catalog.isFull).toBe(true)
    const seen = catalog.change(noCause, (draft) => {
      const before = draft.get(numbers, 'a')
      draft.put(numbers, 'a', 3)
      return before
    })
    await turn()
    expect(commits[1]?.changes.map(({ version }) => version)).toEqual([1])
    commits[1]?.finish()
    expect(await seen).toBeUndefined()
    expect(catalog.get(numbers, 'a')).toBe(3)
    expect(catalog.isFull).toBe(false)
  })
})

describe('forgotten intents', () => {
  it('go along with the next change, with the one after when the disk is full, and alone when they are many', async () => {
    const { catalog, commits } = heldJournal()
    const change = (intentId: string) => catalog.change({ intentId }, (draft) => draft.put(numbers, 'n', 1))
    const first = change('a')
    await turn()
    commits[0]?.finish()
    await first
    await catalog.forgetIntents(['a', 'never'])
    await turn()
    expect(commits).toHaveLength(1)
    const refused = change('b')
    await turn()
    expect(commits[1]?.forgotten).toEqual(['a'])
    commits[1]?.finish(new Fault('catalog.full', 'no room'))
    await expect(refused).rejects.toMatchObject({ code: 'catalog.full' })
    const names = Array.from({ length: 256 }, (_, index) => `i${index}`)
    const all = names.map(change)
    await turn()
    expect(commits[2]?.forgotten).toEqual(['a'])
    commits[2]?.finish()
    await Promise.all(all)
    await catalog.forgetIntents(names)
    await turn()
    expect(commits[3]).toMatchObject({ changes: [], forgotten: names })
    commits[3]?.finish()
  })
})
