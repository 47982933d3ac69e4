import { afterEach, describe, expect, it } from 'vitest'
import type { LogRecord } from '../../model/record.ts'
import { dayOf } from '../../model/time.ts'
import type { WholeStore } from '../../search/store/whole-store.ts'
import { CommitMaker } from '../support/commits.ts'
import { DAYS, fill, pointsOn } from '../support/filled-store.ts'
import { record } from '../support/record.ts'

export interface WholeStoreHarness {
  readonly name: string
  open(place: string): Promise<WholeStore>
  newPlace(): Promise<string>
}

/** What every implementation of {@link WholeStore} must do: give all that it has, in parts, in order. */
export function wholeStoreContract(harness: WholeStoreHarness): void {
  describe(`${harness.name} can be read as a whole`, () => {
    const open: WholeStore[] = []
    const openNew = async (): Promise<WholeStore> => {
      const store = await harness.open(await harness.newPlace())
      open.push(store)
      return store
    }

    afterEach(async () => {
      for (const store of open.splice(0)) await store.close()
    })

    it('holds nothing at first', async () => {
      const store = await openNew()
      expect(await store.contents()).toEqual({ nodes: [], records: [], points: [] })
      expect((await store.documents()).size).toBe(0)
    })

    it('counts its records by day and gives them in order of number, with their bytes', async () => {
      const store = await openNew()
      const maker = new CommitMaker('n1', 7)
      const batch = (day: 0 | 1, bodies: readonly string[]) =>
        maker.commit(
          bodies.map((body) => {
            const raw = new TextEncoder().encode(`\ufeff${body}`)
            return record({ received: DAYS[day]!, time: DAYS[1]!, body, raw })
          }),
        )
      // Rows of a commit stand by template: the order must not be that.
      await store.commit(batch(0, ['up 1', 'down', 'up 2', 'down', 'up 3']))
      await store.commit(batch(0, ['down', 'up 4']))
      await store.commit(batch(1, ['up 5']))
      const days = DAYS.map(dayOf)
      expect(await store.contents()).toEqual({
        nodes: ['n1'],
        records: [
          { day: days[0], node: 'n1', from: 7, to: 14, count: 7 },
          { day: days[1], node: 'n1', from: 14, to: 15, count: 1 },
        ],
        points: [],
      })
      const read: LogRecord[] = []
      for (const stretch of (await store.contents()).records) {
        for (let from = stretch.from; from < stretch.to;) {
          const page = await store.recordsOf({ ...stretch, from }, 3)
          read.push(...page)
          from += page.length
        }
      }
      expect(read).toEqual(maker.records)
      const [third] = await store.recordsOf({ day: days[0]!, node: 'n1', from: 9, to: 10 }, 100)
      expect(third).toEqual(maker.records[2])
    })

    it('gives each point of a day once, with its nanoseconds, in pages', async () => {
      const store = await openNew()
      const maker = new CommitMaker()
      const metrics = pointsOn('2026-11-21', 60)
      await store.commit(maker.commit([], { day: '2026-11-21', metrics }))
      await store.commit(maker.commit([], { day: '2026-11-22', metrics }))
      const sent = new Map(
        Array.from({ length: 60 }, (_, row) => {
          const { entity } = metrics.series[metrics.seriesIndex[row]!]!
          return [`${entity} ${metrics.time[row]} ${metrics.timeNs[row]}`, metrics.value[row]]
        }),
      )
      const { points } = await store.contents()
      expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(sent.size)
      const read = new Map<string, number>()
      let count = 0
      for (const { day } of points) {
        let after: string | null = null
        do {
          const page = await store.pointsOf(day, after, 7)
          page.time.forEach((time, row) => {
            const { entity } = page.series[page.seriesIndex[row]!]!
            read.set(`${entity} ${time} ${page.timeNs[row]}`, page.value[row]!)
            count++
          })
          after = page.next ?? null
        } while (after !== null)
      }
      expect(read).toEqual(sent)
      expect(count).toBe(sent.size)
    })

    it('lists every document by the key it was put under', async () => {
      const store = await openNew()
      await fill(store)
      expect([...(await store.documents())].sort()).toEqual([
        [`tail:${'x'.repeat(500)}`, '17'],
        ['view:mine', '{"query":"apd"}'],
      ])
    })
  })
}
