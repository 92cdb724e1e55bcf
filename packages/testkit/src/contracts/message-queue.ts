import type { MessageQueue } from '@cairn/server/ports/message-queue'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** A queue under test, and how others put messages into it. */
export interface QueueUnderTest {
  readonly queue: MessageQueue
  send(body: string): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const going = new AbortController().signal
const atOnce = { waitMs: 0, hiddenMs: 60_000, signal: going }

/** What every `MessageQueue` promises. */
export function registerMessageQueueContract(name: string, create: () => Promise<QueueUnderTest>): void {
  describe(`message queue contract: ${name}`, () => {
    let under: QueueUnderTest
    beforeAll(async () => {
      under = await create()
    })
    afterAll(() => under[Symbol.asyncDispose]())

    /** Everything that is visible, however many answers it takes. */
    async function receiveAll(hiddenMs = 60_000) {
      const all = []
      for (;;) {
        const some = await under.queue.receive({ ...atOnce, hiddenMs })
        if (some.length === 0) return all
        all.push(...some)
      }
    }

    it('gives each message unchanged, and not again while it is hidden or when it was deleted', async () => {
      const bodies = ['plain', '{"Records":[{"key":"a+b%20"}]}', 'ümläut ✓ "quoted" \\ \n\t', 'x'.repeat(100_000)]
      for (const body of bodies) await under.send(body)
      const received = await receiveAll()
      expect(received.map(({ body }) => body).toSorted()).toEqual(bodies.toSorted())
      expect(await receiveAll()).toEqual([])
      await under.queue.delete(received.map(({ handle }) => handle))
      await under.queue.delete(received.map(({ handle }) => handle))
      await under.queue.delete([])
    })

    it('shows a message again that nobody deleted', async () => {
      await under.send('again')
      expect(await receiveAll(1_000)).toHaveLength(1)
      const [second] = await under.queue.receive({ ...atOnce, waitMs: 5_000 })
      expect(second?.body).toBe('again')
      await under.queue.delete([second?.handle ?? ''])
    })

    it('waits for a message that comes later, and no longer than it is asked to', async () => {
      const receiving = under.queue.receive({ ...atOnce, waitMs: 10_000 })
      await under.send('later')
      const [later] = await receiving
      expect(later?.body).toBe('later')
      await under.queue.delete([later?.handle ?? ''])
    })

    it('leaves off waiting when it is told to', async () => {
      const stopping = new AbortController()
      const receiving = under.queue.receive({ ...atOnce, waitMs: 20_000, signal: stopping.signal })
      stopping.abort()
      expect(await receiving).toEqual([])
      expect(await under.queue.receive({ ...atOnce, signal: stopping.signal })).toEqual([])
    })
  })
}
