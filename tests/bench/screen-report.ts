import { count, machine, ms, table } from './markdown.ts'
import type { ScreenFigures } from './screen.ts'

/** The figures of the screen as Markdown. */
export function formatScreenReport(figures: ScreenFigures): string {
  return `${[
    '# The screen',
    `${machine()}, Chromium ${figures.browser} without a graphics card: it draws in software, on the same cores as the server. Repeat with \`npm run bench -- --only screen\`. The sample at 1,680 × 1,050; the page’s JavaScript is ${count(figures.scriptBytes)} bytes in gzip.`,
    'Milliseconds from the navigation, the first of five loads and their median, each without a cache. *Drawn*: the first frame with all lanes that fit.',
    loadTable(figures),
    'Five seconds of each gesture. *Baseline*: the same gesture on an empty page in the same browser and run, which is what the browser alone reaches; *ratio* is of the 95th percentiles. *Late*: share of the time in frames of more than 34 ms. Long tasks and frames are over 50 ms.',
    gestureTable(figures),
  ].join('\n\n')}\n`
}

function loadTable({ loads }: ScreenFigures): string {
  return table(
    'view,lanes,rows,first paint,median,drawn,median',
    loads.map(({ view, lanes, rows, firstPaintMs, drawnMs }) => [
      view,
      count(lanes),
      count(rows),
      ...[...firstPaintMs, ...drawnMs].map(ms),
    ]),
  )
}

function gestureTable({ gestures }: ScreenFigures): string {
  return table(
    'view and gesture,inputs,frames,median,p95,longest,baseline p95,ratio,late %,long tasks,longest task,long frames',
    gestures.map(({ view, gesture, inputs, measured, baseline }) => [
      `${view}: ${gesture.replace(',', ' by')}`,
      count(inputs),
      count(measured.frames),
      ms(measured.medianMs),
      ms(measured.p95Ms),
      ms(measured.longestMs),
      ms(baseline.p95Ms),
      (measured.p95Ms / baseline.p95Ms).toFixed(2),
      (measured.lateShare * 100).toFixed(0),
      count(measured.longTasks),
      ms(measured.longestTaskMs),
      count(measured.longFrames),
    ]),
  )
}
