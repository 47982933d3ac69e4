import { useEffect, useState } from 'react'
import { startImport, useImports } from '../../data/imports.ts'
import { ImportSummary } from './import-summary.tsx'
import styles from './import.module.css'

/** Takes files that are dropped anywhere on the page, and shows how their import goes. */
export function DroppedFiles() {
  const isOver = useDrop(startImport)
  const imports = useImports()
  return (
    <>
      {isOver && (
        <div className={styles['target']}>
          <p className={styles['invitation']}>Drop log files to import them, .gz too</p>
        </div>
      )}
      {(imports.files.length > 0 || imports.failure !== null) && <ImportSummary {...imports} />}
    </>
  )
}

/** Whether files are held over the page; calls `take` with what is dropped. */
function useDrop(take: (files: readonly File[]) => void): boolean {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean =>
      event.dataTransfer?.types.includes('Files') ?? false
    const onOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      event.dataTransfer!.dropEffect = 'copy'
      setOver(true)
    }
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false)
    }
    const onDrop = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(false)
      void filesOf(event.dataTransfer!).then(take)
    }
    window.addEventListener('dragover', onOver)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('drop', onDrop)
    }
  }, [take])
  return isOver
}

/** The files of a drop, folders walked in name order. */
async function filesOf(dropped: DataTransfer): Promise<readonly File[]> {
  // Asked at once: the items are gone when the event is over.
  const entries = [...dropped.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  if (entries.length === 0) return [...dropped.files]
  return (await Promise.all(entries.map(filesUnder))).flat()
}

async function filesUnder(entry: FileSystemEntry): Promise<readonly File[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    )
    return [file]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const entries: FileSystemEntry[] = []
  for (;;) {
    // Read in parts, until one is empty.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (part.length === 0) break
    entries.push(...part)
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  return (await Promise.all(entries.map(filesUnder))).flat()
}
