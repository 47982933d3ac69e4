import { and, or, type Filter } from '../../model/query.ts'
import type { LogRecord } from '../../model/record.ts'
import { everythingAround, tellingAround, tellingOfLine } from './addresses.ts'
import { identitiesOf, joinOf, reasonOf, strengthOf, type Identity } from './joins.ts'
import { WEAKEST, type Correlating, type Link } from './link.ts'
import { nearestTo } from './nearest.ts'
import { orderOf } from './order.ts'

/** Records that carry an identifier of the record, the nearest of each. */
export async function identifierLinks(
  record: LogRecord,
  { store, topology, context }: Correlating,
): Promise<Link[]> {
  const identities = identitiesOf(record, topology)
  const everything = identities.some(({ isOfUnknown }) => isOfUnknown)
    ? everythingAround(record.time, store, context)
    : undefined
  const found = await Promise.all(
    identities.map(async (identity): Promise<Link[]> => {
      const { windowUs, isOfUnknown = false } = identity
      const filter = filterOf(identity)
      const [near, told] = await Promise.all([
        nearestTo(record, filter, windowUs, store, context),
        isOfUnknown ? tellingAround(record.time, filter, everything!, store, context) : undefined,
      ])
      const tellingOf = (one: LogRecord): number =>
        told === undefined ? 1 : tellingOfLine(one, told)
      const ofAsked = tellingOf(record)
      return near.records.flatMap((other): Link[] => {
        const joined = identitiesOf(other, topology)
          .flatMap((its) => joinOf(identity, its) ?? [])
          .at(0)
        if (joined === undefined) return []
        const gapUs = other.time - record.time
        const telling = [ofAsked, tellingOf(other)] as const
        const surroundings = { othersLike: near.othersLike(other), gapUs, telling }
        const strength = joined.factor * strengthOf(identity, surroundings)
        if (strength < WEAKEST) return []
        return [
          {
            to: { record: other },
            kind: 'identifier',
            reason: reasonOf(joined, record),
            value: joined.value,
            strength,
            order: orderOf(other, record),
          },
        ]
      })
    }),
  )
  return found.flat()
}

/** Records that may be joined by an identity. */
function filterOf({ key, wholes, within }: Identity): Filter {
  const field = `key.${key.kind}`
  const equal: Filter = { kind: 'equals', field, value: key.value }
  const filter =
    key.kind === 'op_id'
      ? or(
          equal,
          { kind: 'in', field, values: wholes },
          { kind: 'wildcard', field, pattern: `${key.value.replaceAll(/[*?]/g, '?')}-*` },
        )
      : equal
  return within === undefined ? filter : and(filter, within)
}
