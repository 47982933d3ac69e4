import { history, historyKeymap, standardKeymap } from '@codemirror/commands'
import { HighlightStyle, LRLanguage, syntaxHighlighting, type TagStyle } from '@codemirror/language'
import { EditorState, Prec, StateEffect, StateField, type Extension } from '@codemirror/state'
import {
  Decoration,
  EditorView,
  highlightSpecialChars,
  keymap,
  placeholder,
  type DecorationSet,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { queryHighlighting } from '../../../search/query/grammar/highlight.ts'
import { parser } from '../../../search/query/grammar/parser.ts'
import type { Span } from './query-trouble.ts'

/** What the editor tells and asks; a key handler says whether it took the key. */
export interface EditorHandlers {
  readonly changed: (text: string, caret: number, isTyped: boolean) => void
  readonly key: (name: 'Enter' | 'Tab' | 'Escape' | 'ArrowDown' | 'ArrowUp' | 'Open') => boolean
  readonly focused: (isFocused: boolean) => void
}

const language = LRLanguage.define({ parser: parser.configure({ props: [queryHighlighting] }) })

const INKS: readonly TagStyle[] = [
  { tag: tags.propertyName, color: 'var(--accent)' },
  {
    tag: [tags.operator, tags.logicOperator, tags.paren, tags.separator],
    color: 'var(--text-3)',
  },
  { tag: [tags.keyword, tags.function(tags.variableName)], color: 'var(--accent)' },
  {
    tag: [tags.string, tags.regexp, tags.literal, tags.content, tags.number],
    color: 'var(--text-1)',
  },
]
const colours = HighlightStyle.define(INKS)

const look = EditorView.theme({
  '&': { background: 'transparent', color: 'var(--text-1)', outline: 'none', width: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    font: '400 12.5px/20px var(--mono)',
    fontVariantLigatures: 'none',
    overflow: 'auto hidden',
    scrollbarWidth: 'none',
  },
  '.cm-content': { padding: '5px 0', caretColor: 'var(--text-1)' },
  '.cm-line': { padding: '0' },
  '.cm-placeholder': { color: 'var(--text-3)', fontFamily: 'var(--sans)' },
  '&.cm-focused .cm-content ::selection, .cm-content ::selection': {
    background: 'var(--accent-bg)',
  },
  '.cm-wrong': {
    textDecoration: 'underline wavy var(--error) 1px',
    textUnderlineOffset: '4px',
    textDecorationSkipInk: 'none',
  },
})

const mark = StateEffect.define<Span | null>()

/** The wave under what is wrong, until the text changes. */
const wrong = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, { docChanged, effects, state }) => {
    let now = docChanged ? Decoration.none : before
    for (const effect of effects) {
      if (!effect.is(mark)) continue
      const span = effect.value
      const isIn = span !== null && span.from < span.to && span.to <= state.doc.length
      now = isIn
        ? Decoration.set(Decoration.mark({ class: 'cm-wrong' }).range(span.from, span.to))
        : Decoration.none
    }
    return now
  },
  provide: (field) => EditorView.decorations.from(field),
})

/** A query is one line: what is pasted is joined, and no line break gets in any other way. */
const oneLine: Extension = [
  EditorView.clipboardInputFilter.of((text) => text.trim().replace(/\s*[\r\n]\s*/g, ' ')),
  EditorState.transactionFilter.of((change) => (change.newDoc.lines > 1 ? [] : change)),
]

/** The query's editor: one line, coloured by the server's own grammar. */
export function createEditor(
  parent: HTMLElement,
  text: string,
  attributes: Readonly<Record<string, string>>,
  handlers: EditorHandlers,
): EditorView {
  const key = (name: Parameters<EditorHandlers['key']>[0]) => (): boolean => handlers.key(name)
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(
          keymap.of([
            { key: 'Enter', run: key('Enter') },
            { key: 'Tab', run: key('Tab') },
            { key: 'Escape', run: key('Escape') },
            { key: 'ArrowDown', run: key('ArrowDown') },
            { key: 'ArrowUp', run: key('ArrowUp') },
            { key: 'Ctrl-Space', run: key('Open') },
          ]),
        ),
        highlightSpecialChars(),
        history(),
        keymap.of([...historyKeymap, ...standardKeymap]),
        language,
        syntaxHighlighting(colours),
        look,
        wrong,
        oneLine,
        placeholder('Type a name, words, or field:value'),
        EditorView.contentAttributes.of({ ...attributes }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged || update.selectionSet) {
            const isTyped = update.transactions.some(
              (one) => one.isUserEvent('input') || one.isUserEvent('delete'),
            )
            handlers.changed(update.state.doc.toString(), update.state.selection.main.head, isTyped)
          }
          if (update.focusChanged) handlers.focused(update.view.hasFocus)
        }),
      ],
    }),
  })
}

/** Puts another text in, the caret behind it or where it is said. */
export function setText(editor: EditorView, text: string, caret = text.length): void {
  editor.dispatch({
    changes: { from: 0, to: editor.state.doc.length, insert: text },
    selection: { anchor: caret },
  })
}

/** Draws the wave under a part of the text; null takes it away. */
export const markWrong = (editor: EditorView, span: Span | null): void =>
  editor.dispatch({ effects: mark.of(span) })
