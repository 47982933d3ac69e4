import { severityClass, type SeverityClass } from '../lib/severity-class.ts'

const COLOURS: Readonly<Record<SeverityClass, string>> = {
  info: 'var(--info)',
  warning: 'var(--warn)',
  error: 'var(--error)',
  fatal: 'var(--fatal)',
}

/** Severity by shape and colour, 10 px: dot, triangle, diamond, square with a cross. The word stands beside it or in its name. */
export function SeverityGlyph({ severity }: { readonly severity: number | SeverityClass }) {
  const kind = typeof severity === 'number' ? severityClass(severity) : severity
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" role="img" aria-label={kind}>
      <g fill={COLOURS[kind]}>{SHAPES[kind]}</g>
    </svg>
  )
}

const SHAPES: Readonly<Record<SeverityClass, React.ReactNode>> = {
  info: <circle cx="6" cy="6" r="2.5" />,
  warning: <path d="M6 1 11 10.5H1z" />,
  error: <path d="M6 .5 11.5 6 6 11.5.5 6z" />,
  fatal: (
    <>
      <path d="M1 1h10v10H1z" />
      <path d="m3.5 3.5 5 5m0-5-5 5" stroke="var(--bg-1)" strokeWidth="1.4" fill="none" />
    </>
  ),
}
