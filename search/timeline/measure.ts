import type { EntityId } from '../../model/entity.ts'
import { SHARED_METRICS } from '../../model/metric-catalogue.ts'
import { MICROS_PER_DAY, MIN_TIME, type Micros, type TimeRange } from '../../model/time.ts'
import type { QueryContext, SeriesData, SeriesRequest, Store } from '../store/store.ts'
import type { Grid } from './grid.ts'
import { bySeries, type Measured } from './metric-lanes.ts'

/** The window before a view is so many times as long. */
const BEFORE_VIEWS = 4
/** Steps that what is usual is computed from, and those of a lane of shares. */
const USUAL_STEPS = 480
const SHARE_STEPS = 400
/** Earlier weeks that are looked at, for views of at most a day: longer ones hold many hours. */
const WEEKS = 4
const WEEK_US = 7 * MICROS_PER_DAY

type Asking = (request: SeriesRequest) => Promise<SeriesData[]>

const asking =
  (store: Pick<Store, 'series'>, context: QueryContext): Asking =>
  (request) =>
    request.entities.length === 0 || request.range.from >= request.range.to
      ? Promise.resolve([])
      : store.series(request, context)

/** Whole columns, so that steps and columns begin together; about `steps` of them in `us`. */
const stepUs = (us: number, steps: number, { widthUs }: Grid): number =>
  widthUs * Math.max(1, Math.ceil(us / steps / widthUs))

const moved = (range: TimeRange, us: number): TimeRange => ({
  from: Math.max(MIN_TIME, range.from - us) as Micros,
  to: Math.max(MIN_TIME, range.to - us) as Micros,
})

const before = ({ from, to }: TimeRange): TimeRange => ({
  from: Math.max(MIN_TIME, from - BEFORE_VIEWS * (to - from)) as Micros,
  to: from,
})

/** All series of the entities in the view by column, and what tells what is usual for them. */
export async function measure(
  entities: readonly EntityId[],
  range: TimeRange,
  grid: Grid,
  store: Pick<Store, 'series'>,
  context: QueryContext,
): Promise<Measured> {
  const ask = asking(store, context)
  const length = range.to - range.from
  const usualStep = stepUs(BEFORE_VIEWS * length, USUAL_STEPS, grid)
  const weeks = length > MICROS_PER_DAY ? [] : Array.from({ length: WEEKS }, (_, i) => i + 1)
  const request = { entities, metrics: [] }
  const [view, earlier, ...ofWeeks] = await Promise.all([
    ask({ ...request, range, stepUs: grid.widthUs }),
    ask({ ...request, range: before(range), stepUs: usualStep }),
    ...weeks.map((week) =>
      ask({ ...request, range: moved(range, week * WEEK_US), stepUs: usualStep }),
    ),
  ])
  return { view: view, before: bySeries(earlier), weeks: ofWeeks.map(bySeries) }
}

/** What VMs ask of what they share, over the view and the window before it. */
export function measureUsage(
  users: readonly EntityId[],
  range: TimeRange,
  grid: Grid,
  store: Pick<Store, 'series'>,
  context: QueryContext,
): Promise<SeriesData[]> {
  return asking(
    store,
    context,
  )({
    entities: users,
    metrics: SHARED_METRICS,
    range: { from: before(range).from, to: range.to },
    stepUs: stepUs(range.to - range.from, SHARE_STEPS, grid),
  })
}
