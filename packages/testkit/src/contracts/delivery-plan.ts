import type { DeliveredFile, DeliveryPlan, PlanTrail, SelectedRun, TrailLife } from '@cairn/server/ports/delivery-plan'
import type { Position } from '@cairn/server/ports/event-log'
import { describe, expect, test } from 'vitest'

/** A plan that can be closed and opened again over the same data; `reopen` is absent where nothing is kept. */
export interface PlanUnderTest {
  readonly plan: DeliveryPlan
  reopen?(): Promise<DeliveryPlan>
}

const trail = (name: string): PlanTrail => ({
  life: `arn:${name}#1` as TrailLife,
  arn: `arn:${name}`,
  account: '111122223333',
  target: { bucket: 'audit' },
  listsFiles: true,
})

function run(positions: readonly number[], { bytes = 10, region = 'eu-west-1' } = {}): SelectedRun {
  return {
    lane: { account: '111122223333', region, kind: 'CloudTrail' },
    positions: positions as readonly Position[],
    bytes,
    newestEventMs: 2000,
    oldestEventMs: 1000,
    acceptedAtMs: 3000 + (positions[0] ?? 0),
  }
}

function file(key: string): DeliveredFile {
  return {
    trail: 'arn:main',
    account: '111122223333',
    region: 'eu-west-1',
    kind: 'CloudTrail',
    bucket: 'audit',
    key,
    sha256: 'ab',
    newestEventMs: 2,
    oldestEventMs: 1,
    confirmedAtMs: 4,
    storedAtMs: 3,
  }
}

const at = (position: number) => position as Position
const request = { salt: '00', target: { bucket: 'audit' }, bytesMax: 25 }

/** What every delivery plan keeps to. */
export function deliveryPlanContract(open: () => Promise<PlanUnderTest>): void {
  describe('delivery plan', () => {
    test('is empty and has no start when new', async () => {
      const { plan } = await open()
      expect([plan.start(), plan.backlogs(), plan.needsFrom()]).toEqual([undefined, [], undefined])
      expect(await plan.claim(trail('main').life, request)).toBeUndefined()
    })

    test('claims take runs from the front within the bound, each once, with positions of any size and distance', async () => {
      const { plan } = await open()
      const main = trail('main')
      const far = [7, 8, 300, 2 ** 40, 2 ** 52]
      await plan.route({ next: at(5), selected: [{ trail: main, runs: [run([1]), run([2, 4])] }] })
      await plan.route({ next: at(2 ** 52 + 1), selected: [{ trail: main, runs: [run(far)] }] })
      const first = await plan.claim(main.life, request)
      const second = await plan.claim(main.life, request)
      expect(first?.runs.map(({ positions }) => positions)).toEqual([[1], [2, 4]])
      expect(second?.runs).toEqual([run(far)])
      expect(await plan.claim(main.life, request)).toBeUndefined()
      expect(await plan.openClaims(main.life)).toEqual([first, second])
    })

    test('a run above the bound is claimed alone', async () => {
      const { plan } = await open()
      const runs = [run([1], { bytes: 100 }), run([2])]
      await plan.route({ next: at(3), selected: [{ trail: trail('main'), runs }] })
      expect((await plan.claim(trail('main').life, request))?.runs).toEqual([runs[0]])
    })

    test('backlog, age and need of the log follow what is routed, claimed and settled', async () => {
      const { plan } = await open()
      const [main, other] = [trail('main'), trail('other')]
      await plan.route({
        next: at(9),
        selected: [
          { trail: main, runs: [run([1, 2]), run([3], { region: 'us-east-1' })] },
          { trail: other, runs: [run([5])] },
        ],
      })
      expect(plan.backlog(main.life)).toEqual({
        trail: main,
        events: 3,
        bytes: 20,
        unclaimedBytes: 20,
        openClaims: 0,
        oldestAcceptedAtMs: 3001,
      })
      expect([plan.needsFrom(), plan.start()]).toEqual([1, 9])
      const claim = await plan.claim(main.life, request)
      expect(plan.backlog(main.life)).toMatchObject({ events: 3, unclaimedBytes: 0, openClaims: 1 })
      await plan.settle(claim?.id ?? 0, { last: [{ region: 'eu-west-1', deliveredAtMs: 77 }], listed: [file('a')] })
      expect(plan.backlog(main.life)).toEqual({ trail: main, events: 0, bytes: 0, unclaimedBytes: 0, openClaims: 0 })
      expect(plan.needsFrom()).toBe(5)
      expect([...plan.lastDeliveries(main.life)]).toEqual([['eu-west-1', 77]])
      expect([...plan.regions(main.life)].sort()).toEqual(['eu-west-1', 'us-east-1'])
      expect(await plan.openClaims(main.life)).toEqual([])
    })

    test('a claim is settled once, and only forward is routed', async () => {
      const { plan } = await open()
      await plan.route({ next: at(9), selected: [{ trail: trail('main'), runs: [run([1])] }] })
      const claim = await plan.claim(trail('main').life, request)
      const outcome = { last: [], listed: [file('a')] }
      await plan.settle(claim?.id ?? 0, outcome)
      const outOfStep = expect.objectContaining({ code: 'delivery.plan-out-of-step' })
      await expect(plan.settle(claim?.id ?? 0, outcome)).rejects.toThrow(outOfStep)
      await expect(plan.route({ next: at(8), selected: [] })).rejects.toThrow(outOfStep)
      expect(await plan.files({ trail: 'arn:main', region: 'eu-west-1', limit: 10 })).toHaveLength(1)
      expect(plan.start()).toBe(9)
    })

    test('files are listed in the order of settling, by trail and region, until they are forgotten', async () => {
      const { plan } = await open()
      for (const [index, key] of ['a', 'b', 'c'].entries()) {
        await plan.route({ next: at(index + 1), selected: [{ trail: trail('main'), runs: [run([index])] }] })
        const claim = await plan.claim(trail('main').life, request)
        await plan.settle(claim?.id ?? 0, { last: [], listed: [file(key)] })
      }
      const place = { trail: 'arn:main', region: 'eu-west-1' }
      const all = await plan.files({ ...place, limit: 10 })
      expect(all.map(({ key }) => key)).toEqual(['a', 'b', 'c'])
      const [, second] = all
      expect(await plan.files({ ...place, after: all[0]?.id ?? 0, limit: 1 })).toEqual([second])
      expect(await plan.files({ ...place, region: 'us-east-1', limit: 10 })).toEqual([])
      await plan.forgetFiles({ ...place, through: second?.id ?? 0 })
      expect((await plan.files({ ...place, limit: 10 })).map(({ key }) => key)).toEqual(['c'])
    })

    test('a trail is forgotten only when nothing of it is left', async () => {
      const { plan } = await open()
      const { life } = trail('main')
      await plan.route({ next: at(2), selected: [{ trail: trail('main'), runs: [run([1])] }] })
      await plan.forget(life)
      expect(plan.backlog(life)?.events).toBe(1)
      const claim = await plan.claim(life, request)
      await plan.settle(claim?.id ?? 0, { last: [{ region: 'eu-west-1', deliveredAtMs: 1 }], listed: [] })
      await plan.forget(life)
      expect([plan.backlog(life), plan.lastDeliveries(life).size]).toEqual([undefined, 0])
    })

    test('everything is as it was after it was closed and opened again', async () => {
      const { plan, reopen } = await open()
      if (reopen === undefined) return
      const main = { ...trail('main'), target: { bucket: 'audit', prefix: 'p' } }
      await plan.route({ next: at(50), selected: [{ trail: main, runs: [run([1, 2]), run([3]), run([4])] }] })
      const claim = await plan.claim(main.life, request)
      await plan.redirect(claim?.id ?? 0, { salt: 'ff', target: { bucket: 'new' } })
      const settled = await plan.claim(main.life, { ...request, bytesMax: 1 })
      await plan.settle(settled?.id ?? 0, { last: [{ region: 'eu-west-1', deliveredAtMs: 5 }], listed: [file('a')] })
      const before = [plan.backlogs(), plan.start(), plan.needsFrom(), [...plan.regions(main.life)]]
      await plan[Symbol.asyncDispose]()
      const again = await reopen()
      expect([again.backlogs(), again.start(), again.needsFrom(), [...again.regions(main.life)]]).toEqual(before)
      const earlier = [{ salt: request.salt, target: request.target }]
      expect(await again.openClaims(main.life)).toEqual([{ ...claim, salt: 'ff', target: { bucket: 'new' }, earlier }])
      expect(await again.files({ trail: 'arn:main', region: 'eu-west-1', limit: 9 })).toHaveLength(1)
      expect([...again.lastDeliveries(main.life)]).toEqual([['eu-west-1', 5]])
    })
  })
}
