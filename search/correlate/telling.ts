import { MICROS_PER_MINUTE } from '../../model/time.ts'

/** Where lines of one template name an address, in a stretch of time. */
export interface Naming {
  /** Lines of the template that name it, one at least. */
  readonly named: number
  /** All lines of the template. */
  readonly all: number
  /** Hosts that say so. */
  readonly hosts: number
  /** Beginnings of whole minutes in which it is said, microseconds, in any order. */
  readonly minutes: readonly number[]
}

/** An incident is over after so long: what is said on is said at another occasion. */
const LONGEST_OCCASION_US = 15 * MICROS_PER_MINUTE
/** Of a short history an incident fills no more than such a part, or as much as can be told apart. */
const OCCASIONS_OF_HISTORY = 12
const SHORTEST_OCCASION_US = MICROS_PER_MINUTE

/** How many other lines of a template must be free of an address by chance for it to tell one from another. */
const FELLOWS = 6

/** How much an address tells, from 1 (it is one machine's) to near 0 (it is everybody's). */
export interface Telling {
  /** Of the lines of a template, by the template; of templates that are not here as much as in general. */
  readonly ofTemplates: ReadonlyMap<string, number>
  readonly inGeneral: number
}

/**
 * How much an address that no inventory knows tells of the lines that name it, from what is known of `historyUs`.
 *
 * A line's address identifies what the line is about as far as its fellows name others: leases are of many desktops,
 * but all of them come by way of one gateway, and every clock has the same server. What lines of a template always
 * name says no more than the template does, and a link by it no more than that the two are near in time. So an
 * occasion tells as likely as six other lines of its template do not name the address. The first occasion of a template
 * always tells, since of something new all lines are about one thing; a further one is another host, or a quarter of
 * an hour later (of less than three hours of history a twelfth). A template's lines tell what their occasions do in the mean, and no more than all occasions of all
 * templates do: there each template counts by its occasions, so that what is said most often does not decide alone.
 */
export function tellingOf(namings: ReadonlyMap<string, Naming>, historyUs: number): Telling {
  const part = Math.max(SHORTEST_OCCASION_US, historyUs / OCCASIONS_OF_HISTORY)
  const occasionUs = Math.min(LONGEST_OCCASION_US, part)
  const ofTemplates = new Map<string, number>()
  let telling = 0
  let occasions = 0
  for (const [template, { named, all, hosts, minutes }] of namings) {
    const further = Math.max(1, hosts) - 1 + stretchesOf(minutes, occasionUs) - 1
    const isItsOwn = Math.max(0, 1 - named / all) ** FELLOWS
    const own = 1 + further * isItsOwn
    ofTemplates.set(template, own / (1 + further))
    telling += own
    occasions += 1 + further
  }
  return { ofTemplates, inGeneral: occasions === 0 ? 1 : telling / occasions }
}

/** How many stretches of a length, each from the first time that no stretch before it holds. */
function stretchesOf(times: readonly number[], lengthUs: number): number {
  let stretches = 0
  let end = -Infinity
  for (const time of [...times].sort((a, b) => a - b)) {
    if (time < end) continue
    stretches++
    end = time + lengthUs
  }
  return Math.max(1, stretches)
}
