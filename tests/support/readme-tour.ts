/** One command of a `$ ` line and what it prints, as the README shows it. */
export interface TourStep {
  readonly command: string
  readonly printed: string
}

/** The commands of a section of the README in order; a line that ends in `\\` goes on in the next. */
export function tourOf(readme: string, heading: string): TourStep[] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const blocks = [...section.matchAll(/^```\n(.*?)^```$/gms)].map((match) => match[1]!)
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [command, printed] = splitAt(step, /(?<!\\)\n/.exec(step)?.index ?? step.length)
        return { command, printed: printed.trim() }
      }),
  )
}

const splitAt = (text: string, at: number): [string, string] => [text.slice(0, at), text.slice(at)]
