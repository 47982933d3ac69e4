import type { SeverityClass } from '../lib/severity-class.ts'
import type { Standing } from '../lib/standing.ts'

/** The theme's colours as a canvas takes them. */
export interface Palette {
  readonly bg0: string
  readonly bg1: string
  readonly bg2: string
  readonly bg3: string
  readonly line1: string
  readonly line2: string
  readonly line3: string
  readonly text1: string
  readonly text2: string
  readonly text3: string
  readonly accent: string
  readonly accentBg: string
  readonly accentInk: string
  readonly warn: string
  readonly warnText: string
  readonly severity: Readonly<Record<SeverityClass, string>>
  readonly standing: Readonly<Record<Standing, string>>
  readonly sans: string
}

/** Where the browser forces colours, its system colours; shapes and hatches tell the rest. */
function forcedPalette(): Palette {
  const [ground, ink, grey, lit, litInk] = [
    systemColour('Canvas'),
    systemColour('CanvasText'),
    systemColour('GrayText'),
    systemColour('Highlight'),
    systemColour('HighlightText'),
  ]
  return {
    bg0: ground,
    bg1: ground,
    bg2: ground,
    bg3: grey,
    line1: grey,
    line2: grey,
    line3: grey,
    text1: ink,
    text2: ink,
    text3: ink,
    accent: lit,
    accentBg: ground,
    accentInk: litInk,
    warn: ink,
    warnText: ink,
    severity: { info: grey, warning: ink, error: ink, fatal: ink },
    standing: { usual: ink, unusual: ink, over: ink, limit: ink },
    sans: 'system-ui, sans-serif',
  }
}

/** What a system colour is here: a canvas off the page does not know them by name. */
function systemColour(name: string): string {
  const probe = document.createElement('span')
  probe.style.color = name
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Reads the tokens of `ui/theme/tokens.css`; ask once per theme. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  if (matchMedia('(forced-colors: active)').matches) return forcedPalette()
  const [warn, error, text2] = [token('warn'), token('error'), token('text-2')]
  return {
    bg0: token('bg-0'),
    bg1: token('bg-1'),
    bg2: token('bg-2'),
    bg3: token('bg-3'),
    line1: token('line-1'),
    line2: token('line-2'),
    line3: token('line-3'),
    text1: token('text-1'),
    text2,
    text3: token('text-3'),
    accent: token('accent'),
    accentBg: token('accent-bg'),
    accentInk: token('accent-ink'),
    warn,
    warnText: token('warn-t'),
    severity: { info: token('info'), warning: warn, error, fatal: token('fatal') },
    standing: { usual: text2, unusual: warn, over: error, limit: error },
    sans: token('sans'),
  }
}

/** Calls back when the theme, forced colours or the screen's pixel ratio change. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  const queries = ['(forced-colors: active)', `(resolution: ${devicePixelRatio}dppx)`].map(
    (query) => matchMedia(query),
  )
  for (const query of queries) query.addEventListener('change', changed)
  return () => {
    observer.disconnect()
    for (const query of queries) query.removeEventListener('change', changed)
  }
}
