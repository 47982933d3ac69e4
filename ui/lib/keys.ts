import { useEffect, useRef } from 'react'

/** What a key does, said once for the handler and for the overview of keys. */
export interface KeyAction {
  /** `KeyboardEvent.key`, with `Shift+`, `Ctrl+`, `Alt+` before it where they matter: `w`, `Shift+W`, `[`. */
  readonly keys: readonly string[]
  /** What it does, for the overview; keys without one are not listed. */
  readonly does?: string
  readonly run: (event: KeyboardEvent) => void
  /** Works while text is edited, too. */
  readonly inText?: boolean
  /** Asked before the action is taken; absent: always. */
  readonly isOn?: () => boolean
  /** While it is on it comes before what newer components have on the key. */
  readonly isFirst?: boolean
}

const live = new Set<{ readonly current: readonly KeyAction[] }>()
const settings = { isOn: true }

/** Every action that works now, with what it does. */
export function liveKeys(): readonly KeyAction[] {
  return [...live].flatMap((actions) => actions.current)
}

/** Single keys on or off (WCAG 2.1.4); combinations with Ctrl or Alt always work. */
export function setSingleKeys(isOn: boolean): void {
  settings.isOn = isOn
}

export const areSingleKeysOn = (): boolean => settings.isOn

/** Actions by key while the component is there; the newest component with a key wins. */
export function useKeys(actions: readonly KeyAction[]): void {
  const current = useRef(actions)
  current.current = actions
  useEffect(() => {
    live.add(current)
    return () => void live.delete(current)
  }, [])
}

/** Listens once for the whole page. */
export function listenForKeys(target: Window): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    const name = nameOf(event)
    // A dialog has keys of its own; those of the page behind it wait.
    if (event.target instanceof Element && event.target.closest('[role="dialog"]') !== null) return
    const isText = isEditing(event.target)
    const isCombination = event.ctrlKey || event.metaKey || event.altKey
    if (!settings.isOn && !isCombination && name.length === 1) return
    const newestFirst = [...live].reverse().flatMap((actions) => actions.current)
    const fitting = newestFirst.filter(
      ({ keys, inText = false, isOn }) =>
        keys.includes(name) && (!isText || inText) && (isOn?.() ?? true),
    )
    const action = fitting.find(({ isFirst = false }) => isFirst) ?? fitting[0]
    if (action === undefined) return
    event.preventDefault()
    action.run(event)
  }
  target.addEventListener('keydown', onKey)
  return () => target.removeEventListener('keydown', onKey)
}

function nameOf(event: KeyboardEvent): string {
  const { key, shiftKey, ctrlKey, metaKey, altKey } = event
  const isLetter = /^[a-z]$/i.test(key)
  const base = isLetter ? (shiftKey ? key.toUpperCase() : key.toLowerCase()) : key
  const isShifted = shiftKey && (isLetter || key.length > 1)
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${isShifted ? 'Shift+' : ''}${base}`
}

function isEditing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName)
}
