import type { ViewLinkEnd } from '../../model/timeline.ts'
import type { LinkStub, PlacedLink } from './draw/links.ts'
import { linkPath, type Point } from './link-path.ts'
import type { DrawnLink } from './link-set.ts'
import { xOf, type TimeScale } from './time-scale.ts'

/** Where links are on the screen; ends in rows that are not shown leave their link out. */
export interface LinkPlaces {
  readonly links: readonly PlacedLink[]
  readonly stubs: readonly LinkStub[]
}

/**
 * Places links for a window. A link with one end before or after the window is a stub, and only when it is of the selection:
 * the name of what is elsewhere answers a question that was asked.
 *
 * @param yOf middle of the lane of an entity; undefined when it has none
 */
export function placeLinks(
  links: readonly DrawnLink[],
  originMs: number,
  scale: TimeScale,
  yOf: (entity: string) => number | undefined,
  nameOf: (entity: string) => string,
): LinkPlaces {
  const placed: PlacedLink[] = []
  const stubs = new Map<string, LinkStub>()
  const point = ({ atMs, entity }: ViewLinkEnd): Point | undefined => {
    const y = yOf(entity)
    return y === undefined ? undefined : { x: xOf(originMs + atMs, scale), y }
  }
  const isInside = ({ x }: Point): boolean => x >= 0 && x <= scale.width
  for (const link of links) {
    const [cause, effect] = [point(link.cause), point(link.effect)]
    if (cause === undefined || effect === undefined) continue
    if (isInside(cause) && isInside(effect)) {
      placed.push({ link, path: linkPath(cause, effect) })
    } else if (link.isOfSelection && isInside(cause) !== isInside(effect)) {
      const [here, there] = isInside(cause) ? [cause, effect] : [effect, cause]
      const away = isInside(cause) ? link.effect : link.cause
      const side = there.x < here.x ? 'left' : 'right'
      stubs.set(side, { x: here.x, y: here.y, name: nameOf(away.entity), side })
    }
  }
  return { links: placed, stubs: [...stubs.values()] }
}
