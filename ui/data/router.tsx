import {
  createRootRoute,
  createRoute,
  createRouter,
  type AnyRoute,
  type RouteComponent,
} from '@tanstack/react-router'
import { parseAddress, printAddress, readSearchView } from './search-view.ts'
import { readEntityView } from './entity-view.ts'
import { readSourcesView } from './sources-view.ts'

/** The three screens and the shell around them. */
export interface Screens {
  readonly shell: RouteComponent
  readonly search: RouteComponent
  readonly entities: RouteComponent
  readonly sources: RouteComponent
}

/** Addresses: `/` Search, `/entities`, `/entities/ID`, `/sources`; what a screen shows is in the search part. */
export function createScreens(screens: Screens) {
  const root = createRootRoute({ component: screens.shell })
  const search = createRoute({
    getParentRoute: () => root,
    path: '/',
    component: screens.search,
    validateSearch: readSearchView,
  })
  const entities = createRoute({
    getParentRoute: () => root,
    path: '/entities/{-$id}',
    component: screens.entities,
    validateSearch: readEntityView,
  })
  const sources = createRoute({
    getParentRoute: () => root,
    path: '/sources',
    component: screens.sources,
    validateSearch: readSourcesView,
  })
  const children: AnyRoute[] = [search, entities, sources]
  return createRouter({
    routeTree: root.addChildren(children),
    parseSearch: parseAddress,
    stringifySearch: printAddress,
    scrollRestoration: false,
  })
}
