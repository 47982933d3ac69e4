import { useMemo, useState } from 'react'
import { headOf, inertPieces, sizeText, type Piece, type TextSpan } from '../lib/inert-pieces.ts'
import styles from './inert-text.module.css'

interface InertTextProps {
  readonly text: string
  /** What is marked: joining values underlined, hits of the query, links. Offsets into `text`. */
  readonly spans?: readonly TextSpan[]
  /** Line feeds break lines; else they are named and the text is one line. */
  readonly keepLines?: boolean
  /** UTF-16 units shown before "show all". */
  readonly most?: number
  /** Follows a `link` span; without it links are only marked. */
  readonly onLink?: (span: TextSpan) => void
  /** False in rows of a list, where what is cut is read elsewhere. */
  readonly canGrow?: boolean
}

const MOST = 2_000

/** Any string as text and nothing else; what cannot be seen is named in a box. */
export function InertText({
  text,
  spans,
  keepLines = false,
  most = MOST,
  onLink,
  canGrow = true,
}: InertTextProps) {
  const [isWhole, setWhole] = useState(false)
  const head = isWhole ? text : headOf(text, most)
  const runs = useMemo(() => runsOf(inertPieces(head, spans, keepLines)), [head, spans, keepLines])
  return (
    <bdi dir="ltr" className={keepLines ? styles['lines'] : styles['line']}>
      {runs.map(({ span, pieces }, i) => (
        <Run key={i} span={span} pieces={pieces} onLink={onLink} />
      ))}
      {head.length < text.length &&
        (canGrow ? (
          <button type="button" className={styles['more']} onClick={() => setWhole(true)}>
            show all {sizeText(new TextEncoder().encode(text).length)}
          </button>
        ) : (
          '…'
        ))}
    </bdi>
  )
}

interface RunProps {
  readonly span: TextSpan | null
  readonly pieces: readonly Piece[]
  readonly onLink: InertTextProps['onLink']
}

function Run({ span, pieces, onLink }: RunProps) {
  const content = pieces.map(({ kind, shown }, i) =>
    kind === 'text' ? (
      shown
    ) : (
      <span key={i} className={styles['code']}>
        {shown}
      </span>
    ),
  )
  if (span === null) return content
  if (span.kind !== 'link' || onLink === undefined) {
    return <mark className={styles[span.kind]}>{content}</mark>
  }
  return (
    <button type="button" className={styles['link']} onClick={() => onLink(span)}>
      {content}
    </button>
  )
}

/** Pieces of the same span together. */
function runsOf(pieces: readonly Piece[]): readonly Omit<RunProps, 'onLink'>[] {
  const runs: { span: TextSpan | null; pieces: Piece[] }[] = []
  for (const piece of pieces) {
    const last = runs.at(-1)
    if (last?.span === piece.span) last.pieces.push(piece)
    else runs.push({ span: piece.span, pieces: [piece] })
  }
  return runs
}
