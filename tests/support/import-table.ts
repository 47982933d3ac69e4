/** One row of the table "Who may import whom" in ARCHITECTURE.md. */
export interface ImportRule {
  readonly folder: string
  /** Files and folders of ours; `everything` is one of them where the row says so. */
  readonly mayImport: readonly string[]
  /** The last cell as written: prose, of which `forbiddenIn` checks what a machine can. */
  readonly mayNot: string
}

/** The rows below the heading "Who may import whom", most specific folder first. */
export function readImportTable(architecture: string): ImportRule[] {
  return rowsBelow(architecture, '## Who may import whom')
    .map(([folder = '', , mayImport = '', mayNot = '']) => ({
      folder: codeIn(folder)[0] ?? '',
      mayImport: mayImport.trim() === 'everything' ? ['everything'] : codeIn(mayImport),
      mayNot,
    }))
    .sort((a, b) => b.folder.length - a.folder.length)
}

/** Names in code marks in the first column of the table that follows a sentence which begins so. */
export function readTable(page: string, sentence: string): string[] {
  const after = page.split(`\n${sentence}`)[1] ?? ''
  const rows = after.split('\n').slice(1)
  const start = rows.findIndex((line) => line.startsWith('|'))
  const end = rows.findIndex((line, i) => i > start && !line.startsWith('|'))
  return rows
    .slice(start + 2, end === -1 ? undefined : end)
    .flatMap((line) => codeIn(line.split('|')[1] ?? ''))
}

/** Packages named in the table below the heading "Dependencies". */
export function readDependencyTable(architecture: string): string[] {
  return readTable(architecture, '## Dependencies')
}

/** Every path of ours the page names in code marks; `<name>` stands for what a reader will add. */
export function readPaths(architecture: string): string[] {
  const paths = [...codeIn(architecture), ...(architecture.match(/^ {3}\w+\/\S*/gm) ?? [])]
  return [...new Set(paths.map((path) => path.trim()).filter(isPath))]
}

export function ruleFor(path: string, rules: readonly ImportRule[]): ImportRule | undefined {
  return rules.find((rule) => isWithin(path, rule.folder))
}

/** A file may import its own row's files, and what the row's third cell names. */
export function allows(rule: ImportRule, target: string, rules: readonly ImportRule[]): boolean {
  if (rule.mayImport.includes('everything')) return true
  if (ruleFor(target, rules) === rule) return true
  return rule.mayImport.some((allowed) => isWithin(target, allowed))
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function isPath(text: string): boolean {
  return /^(model|ingest|search|simulator|ui|tests|docs)\/[\w./-]*$/.test(text)
}

function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
}

function rowsBelow(page: string, heading: string): string[][] {
  const section = page.split(`${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|').slice(1, -1))
}
