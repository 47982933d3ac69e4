import { Link } from '@tanstack/react-router'
import {
  Activity,
  CircleHelp,
  Database,
  FlaskConical,
  Menu,
  Moon,
  Network,
  Search,
  Sun,
} from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useSyncExternalStore, type ReactNode } from 'react'
import { openOverlay } from '../data/overlays.ts'
import { useSources } from '../data/questions.ts'
import { lastView } from '../data/last-view.ts'
import { useSample, useSampleActions } from '../data/sample.ts'
import { useTheme } from './use-theme.ts'
import styles from './rail.module.css'

const ICON = { size: 18, 'aria-hidden': true } as const
const SCREENS = [
  { to: '/', name: 'Search', icon: <Search {...ICON} /> },
  { to: '/entities/{-$id}', name: 'Entities', icon: <Network {...ICON} /> },
  { to: '/sources', name: 'Sources', icon: <Activity {...ICON} /> },
] as const

/** The screens, the theme and the keys: a rail, on a narrow window a menu. */
export function Rail() {
  return useIsNarrow() ? <RailMenu /> : <WideRail />
}

function WideRail() {
  const [theme, toggleTheme] = useTheme()
  const data = useShownData()
  return (
    <nav className={styles['rail']} aria-label="Screens">
      <div className={styles['mark']}>
        <img src="/icon.svg" alt="Plumbline" width="20" height="20" />
      </div>
      {SCREENS.map(({ to, name, icon }) => (
        <ScreenLink key={to} to={to} className={styles['item']}>
          {icon}
          <span className={styles['word']}>{name}</span>
          {to === '/sources' && <SourceTrouble />}
        </ScreenLink>
      ))}
      <div className={styles['space']} />
      {data !== null && (
        <button
          type="button"
          className={styles['item']}
          aria-label={data.does}
          title={data.does}
          disabled={data.isBusy}
          onClick={data.flip}
        >
          {data.icon}
          <span className={styles['word']}>{data.word}</span>
        </button>
      )}
      <button type="button" className={styles['item']} onClick={toggleTheme}>
        <ThemeIcon theme={theme} />
        <span className={styles['word']}>Theme</span>
      </button>
      <button type="button" className={styles['item']} onClick={() => openOverlay('help')}>
        <CircleHelp {...ICON} />
        <span className={styles['word']}>Keys</span>
      </button>
    </nav>
  )
}

function RailMenu() {
  const [theme, toggleTheme] = useTheme()
  const data = useShownData()
  return (
    <nav className={styles['over']} aria-label="Screens">
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className={styles['trigger']} aria-label="Screens, theme and keys">
          <Menu {...ICON} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={styles['menu']} align="start" sideOffset={4}>
            {SCREENS.map(({ to, name, icon }) => (
              <DropdownMenu.Item key={to} asChild>
                <ScreenLink to={to} className={styles['choice']}>
                  {icon}
                  {name}
                  {to === '/sources' && <SourceTrouble />}
                </ScreenLink>
              </DropdownMenu.Item>
            ))}
            <DropdownMenu.Separator className={styles['line']} />
            {data !== null && (
              <DropdownMenu.Item className={styles['choice']} onSelect={data.flip}>
                {data.icon}
                {data.does}
              </DropdownMenu.Item>
            )}
            <DropdownMenu.Item className={styles['choice']} onSelect={toggleTheme}>
              <ThemeIcon theme={theme} />
              Theme
            </DropdownMenu.Item>
            <DropdownMenu.Item className={styles['choice']} onSelect={() => openOverlay('help')}>
              <CircleHelp {...ICON} />
              Keys
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </nav>
  )
}

interface ScreenLinkProps {
  readonly to: (typeof SCREENS)[number]['to']
  readonly className: string | undefined
  readonly children: ReactNode
}

/** To a screen; Search opens with the view that was looked at last. */
function ScreenLink({ to, className, ...rest }: ScreenLinkProps) {
  const search = to === '/' ? lastView() : {}
  return (
    <Link
      to={to}
      search={search}
      className={className}
      activeOptions={{ exact: to === '/', includeSearch: false }}
      {...rest}
    />
  )
}

/** Which data is shown, and the way to the other; null where there is no sample beside the own data. */
function useShownData() {
  const { data: sample } = useSample()
  const { show } = useSampleActions()
  if (sample?.state !== 'loaded') return null
  const { shown } = sample
  return {
    word: shown ? 'Sample' : 'Own data',
    does: shown ? 'Sample data is shown: show your own' : 'Your own data is shown: show the sample',
    icon: shown ? <FlaskConical {...ICON} /> : <Database {...ICON} />,
    isBusy: show.isPending,
    flip: () => show.mutate(!shown),
  }
}

const ThemeIcon = ({ theme }: { readonly theme: 'dark' | 'light' }) =>
  theme === 'dark' ? <Moon {...ICON} /> : <Sun {...ICON} />

/** How many sources are late, silent or had something refused. */
function SourceTrouble() {
  const { data } = useSources()
  const troubled = data?.sources.filter(({ state }) => state !== 'complete').length ?? 0
  if (troubled === 0) return null
  return (
    <span className={styles['badge']}>
      {troubled}
      <span className="visually-hidden"> late, silent or rejected</span>
    </span>
  )
}

const narrow = matchMedia('(max-width: 1023px)')

const useIsNarrow = (): boolean =>
  useSyncExternalStore(
    (heard) => {
      narrow.addEventListener('change', heard)
      return () => narrow.removeEventListener('change', heard)
    },
    () => narrow.matches,
  )
