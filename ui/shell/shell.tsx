import { Link, Outlet } from '@tanstack/react-router'
import { Activity, CircleHelp, Moon, Network, Search, Sun } from 'lucide-react'
import { useEffect } from 'react'
import { listenForKeys } from '../lib/keys.ts'
import { DroppedFiles } from '../panels/import/dropped-files.tsx'
import { useSources } from '../data/questions.ts'
import { useGoKeys } from './use-go-keys.ts'
import { useTheme } from './use-theme.ts'
import styles from './shell.module.css'

/** The rail with the screens, and the screen beside it. */
export function Shell() {
  useEffect(() => listenForKeys(window), [])
  return (
    <div className={styles['shell']}>
      <Rail />
      <div className={styles['screen']}>
        <Outlet />
      </div>
      <DroppedFiles />
    </div>
  )
}

function Rail() {
  const [theme, toggleTheme] = useTheme()
  useGoKeys()
  return (
    <nav className={styles['rail']} aria-label="Screens">
      <div className={styles['mark']}>
        <img src="/icon.svg" alt="Plumbline" width="20" height="20" />
      </div>
      <Link to="/" className={styles['item']} activeOptions={{ exact: true, includeSearch: false }}>
        <Search size={18} aria-hidden="true" />
        <span className={styles['word']}>Search</span>
      </Link>
      <Link to="/entities/{-$id}" className={styles['item']}>
        <Network size={18} aria-hidden="true" />
        <span className={styles['word']}>Entities</span>
      </Link>
      <Link to="/sources" className={styles['item']}>
        <Activity size={18} aria-hidden="true" />
        <span className={styles['word']}>Sources</span>
        <SourceTrouble />
      </Link>
      <div className={styles['space']} />
      <button type="button" className={styles['item']} onClick={toggleTheme}>
        {theme === 'dark' ? <Moon size={18} aria-hidden /> : <Sun size={18} aria-hidden />}
        <span className={styles['word']}>Theme</span>
      </button>
      <button type="button" className={styles['item']} disabled>
        <CircleHelp size={18} aria-hidden="true" />
        <span className={styles['word']}>Keys</span>
      </button>
    </nav>
  )
}

/** How many sources are late or silent. */
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
