import type { EditorView } from '@codemirror/view'
import { Search } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { ViewProps } from '../../data/use-view.ts'
import { useKeys } from '../../lib/keys.ts'
import { Kbd } from '../../widgets/kbd.tsx'
import { AnswerCount } from './answer-count.tsx'
import { CompletionList } from './completion-list.tsx'
import { NameChoice } from './name-choice.tsx'
import { NoHit } from './no-hit.tsx'
import { createEditor, markWrong, setText, type EditorHandlers } from './query-editor.ts'
import { TroublePanel } from './trouble-panel.tsx'
import { useCompletions } from './use-completions.ts'
import { useRun } from './use-run.ts'
import styles from './query-bar.module.css'

/** The query: typed, completed, run, and what became of it. */
export function QueryBar(props: ViewProps) {
  const { view } = props
  const ids = { list: useId(), trouble: useId() }
  const box = useRef<HTMLDivElement>(null)
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<EditorView>(null)
  const [typed, setTyped] = useState({ text: view.q ?? '', caret: 0 })
  const [isOpen, setOpen] = useState(false)
  const [active, setActive] = useState(0)
  const [isFocused, setFocused] = useState(false)
  const run = useRun(props)
  const options = useCompletions(props, typed.text, typed.caret, isOpen && isFocused)
  const isListed = options.length > 0
  const at = Math.min(active, Math.max(0, options.length - 1))
  const trouble = run.trouble

  const accept = (index: number): void => {
    const [option, view] = [options[index], editor.current]
    if (option === undefined || view === null) return
    view.dispatch({
      changes: { from: option.from, to: typed.caret, insert: option.text },
      selection: { anchor: option.from + option.text.length },
      userEvent: 'input.complete',
    })
    setOpen(option.text.endsWith(':'))
    setActive(0)
    view.focus()
  }
  const runText = (text: string): void => {
    setOpen(false)
    if (editor.current !== null && editor.current.state.doc.toString() !== text) {
      setText(editor.current, text)
    }
    void run.run(text)
  }
  const handlers = useRef<EditorHandlers>(null)
  handlers.current = {
    changed: (text, caret, isTyped) => {
      setTyped({ text, caret })
      setActive(0)
      if (isTyped) {
        setOpen(true)
        run.forget()
      } else if (caret !== typed.caret && text === typed.text) setOpen(false)
    },
    focused: (now) => {
      setFocused(now)
      if (!now) setOpen(false)
    },
    key: (name) => {
      switch (name) {
        case 'Enter':
          runText(typed.text)
          return true
        case 'Tab':
          if (isListed) accept(at)
          else if (trouble?.fixes[0] !== undefined) runText(trouble.fixes[0].text)
          else return false
          return true
        case 'Open':
          setOpen(true)
          return true
        case 'ArrowDown':
        case 'ArrowUp':
          if (!isListed) setOpen(true)
          else setActive((at + (name === 'ArrowDown' ? 1 : options.length - 1)) % options.length)
          return true
        case 'Escape':
          if (isListed) setOpen(false)
          else if (trouble !== null) {
            run.forget()
            setText(editor.current!, view.q ?? '')
          } else editor.current?.contentDOM.blur()
          return true
      }
    },
  }
  useEffect(() => {
    const created = createEditor(
      host.current!,
      view.q ?? '',
      { 'aria-label': 'Query', 'aria-multiline': 'false', 'aria-autocomplete': 'list' },
      {
        changed: (...now) => handlers.current!.changed(...now),
        key: (name) => handlers.current!.key(name),
        focused: (now) => handlers.current!.focused(now),
      },
    )
    editor.current = created
    return () => created.destroy()
    // The editor lives as long as the bar; later texts come by the effect below.
  }, [])
  useEffect(() => {
    const now = editor.current
    if (now !== null && now.state.doc.toString() !== (view.q ?? '')) setText(now, view.q ?? '')
  }, [view.q])
  useEffect(() => {
    if (editor.current !== null) markWrong(editor.current, trouble?.span ?? null)
  }, [trouble])
  useEffect(() => {
    const content = editor.current?.contentDOM
    content?.setAttribute('aria-invalid', String(trouble !== null))
    setOrRemove(content, 'aria-controls', isListed ? ids.list : null)
    setOrRemove(content, 'aria-activedescendant', isListed ? `${ids.list}-${at}` : null)
    setOrRemove(content, 'aria-describedby', trouble === null ? null : ids.trouble)
  }, [isListed, at, trouble, ids.list, ids.trouble])
  useKeys([{ keys: ['/'], does: 'write the query', run: () => editor.current?.focus() }])

  const xOf = (offset: number): number => {
    const from = editor.current?.coordsAtPos(Math.min(offset, typed.text.length))?.left ?? 0
    const [left, right] = [box.current?.getBoundingClientRect().left ?? 0, window.innerWidth]
    return Math.max(0, Math.min(from - left - 12, right - left - 496))
  }
  return (
    <search className={styles['search']}>
      <div
        ref={box}
        className={styles['box']}
        data-wrong={trouble !== null || undefined}
        onMouseDown={(event) => {
          if (event.target !== event.currentTarget) return
          event.preventDefault()
          editor.current?.focus()
        }}
      >
        <Search size={15} aria-hidden="true" className={styles['icon']} />
        <div ref={host} className={styles['editor']} />
        <AnswerCount {...props} />
        <Kbd>/</Kbd>
      </div>
      {isListed ? (
        <CompletionList
          id={ids.list}
          x={xOf(options[at]?.section === 'History' ? typed.caret : (options[0]?.from ?? 0))}
          options={options}
          active={at}
          typed={typed.text.slice(options[0]?.from ?? 0, typed.caret)}
          answer={props.answer}
          onChoose={accept}
        />
      ) : trouble !== null ? (
        <TroublePanel
          id={ids.trouble}
          x={xOf(trouble.span.from)}
          trouble={trouble}
          length={typed.text.length}
          onFix={(text) => {
            editor.current?.focus()
            runText(text)
          }}
        />
      ) : run.choice !== null ? (
        <NameChoice {...run.choice} onChoose={runText} onClose={run.forget} />
      ) : (
        <NoHit {...props} />
      )}
    </search>
  )
}

function setOrRemove(element: HTMLElement | undefined, name: string, value: string | null): void {
  if (value === null) element?.removeAttribute(name)
  else element?.setAttribute(name, value)
}
