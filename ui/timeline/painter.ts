import { moving, type Viewport } from '../data/viewport.ts'
import { drawOverlay } from './draw/overlay.ts'
import { AXIS_HEIGHT } from './draw/axis.ts'
import { countText } from './draw/events.ts'
import { drawGrid } from './draw/grid.ts'
import { drawHatch } from './draw/hatch.ts'
import { drawLinks, drawStubs } from './draw/links.ts'
import {
  drawEntityEvents,
  drawEntityRow,
  drawLayerRow,
  drawMetricRow,
  drawUnreadRow,
  glyphY,
  type Ground,
} from './draw/rows.ts'
import { forgetWidths, textWidth } from './draw/text.ts'
import { LaneBitmaps } from './lane-bitmaps.ts'
import { readPalette, watchTheme, type Palette } from './palette.ts'
import { placeLinks, type LinkPlaces } from './place-links.ts'
import { Placements, type Placement } from './placements.ts'
import { rowsBetween, type EntityRow, type Row, type RowLayout } from './row-layout.ts'
import type { PlotSize, Scene } from './scene.ts'
import { ticksOf, type Tick } from './ticks.ts'
import type { TimeScale } from './time-scale.ts'

/** Rows drawn beyond the edge, so that a scroll finds their bitmaps ready. */
const BEYOND_PX = 4 * 34

/**
 * Draws the plot. Two canvases: the lanes with grid and links, drawn when the window, the rows or what is selected change,
 * and over them what follows the pointer. A pan copies bitmaps of lanes; nothing is laid out until it rests.
 */
export class Painter {
  readonly #lanes: CanvasRenderingContext2D
  readonly #overlay: CanvasRenderingContext2D
  readonly #bitmaps = new LaneBitmaps()
  readonly #placements = new Placements()
  readonly #stop: (() => void)[] = []
  #palette: Palette = readPalette()
  #scene: Scene | null = null
  #size: PlotSize = { width: 0, height: 0, ratio: 1 }
  #scrollTop = 0
  #ticks: readonly Tick[] = []
  #links: LinkPlaces = { links: [], stubs: [] }
  #ys = new Map<string, number>()
  #brush: Viewport | null = null
  #frame = 0
  #isLanesStale = false

  constructor(lanes: HTMLCanvasElement, overlay: HTMLCanvasElement) {
    this.#lanes = lanes.getContext('2d')!
    this.#overlay = overlay.getContext('2d')!
    this.#stop.push(
      watchTheme(() => {
        this.#palette = readPalette()
        this.#bitmaps.clear()
        this.#ask(true)
      }),
      moving.subscribe((now, before) => {
        if (now.viewport !== before.viewport) this.#ask(true)
        else if (now.isMoving !== before.isMoving && !now.isMoving) this.#rest()
        else if (now.cursor !== before.cursor) this.#ask(false)
      }),
    )
    void document.fonts.ready.then(() => {
      forgetWidths()
      this.#bitmaps.clear()
      this.#rest()
    })
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame)
    for (const stop of this.#stop) stop()
  }

  /** Another answer, another selection, other rows. */
  show(scene: Scene): void {
    const before = this.#scene
    this.#scene = scene
    if (scene.answer !== before?.answer) this.#bitmaps.outdate()
    if (!moving.getState().isMoving) this.#placements.forget()
    if (scene.layout !== before?.layout) this.#ys = middles(scene.layout)
    this.#ask(true)
  }

  resize(size: PlotSize): void {
    const { width, height, ratio } = size
    if (width !== this.#size.width || ratio !== this.#size.ratio) this.#bitmaps.outdate()
    this.#size = size
    fit(this.#lanes, width, height, ratio)
    fit(this.#overlay, width, height + AXIS_HEIGHT, ratio)
    this.#placements.forget()
    this.paint(true)
  }

  /** Drawn at once, in the frame in which the labels move. */
  scrollTo(top: number): void {
    this.#scrollTop = top
    this.paint(true)
  }

  brush(stretch: Viewport | null): void {
    this.#brush = stretch
    this.#ask(false)
  }

  get scale(): TimeScale {
    return { ...moving.getState().viewport, width: this.#size.width }
  }

  get placedLinks(): LinkPlaces {
    return this.#links
  }

  /** Where a lane's glyphs are, if it was drawn since the view rests. */
  placementOf(key: string): Placement | undefined {
    return this.#placements.known(key)
  }

  /** The place of an entity's glyphs on the screen, CSS pixels below the axis; undefined when it has no row. */
  laneY(entity: string): number | undefined {
    const y = this.#ys.get(entity)
    return y === undefined ? undefined : this.#isPinned(entity) ? y : y + this.#shift()
  }

  paint(isLanesToo: boolean): void {
    const scene = this.#scene
    if (scene === null || this.#size.width === 0) return
    if (isLanesToo) {
      this.#ticks = ticksOf(moving.getState().viewport, this.#size.width, scene.zone)
      this.#bitmaps.beginFrame()
      this.#paintLanes(scene)
      if (!this.#bitmaps.isComplete) this.#ask(true)
    }
    drawOverlay(this.#overlay, this.#palette, {
      scene,
      size: this.#size,
      scale: this.scale,
      ticks: this.#ticks,
      cursor: moving.getState().cursor,
      brush: this.#brush,
      shift: this.#shift(),
      scrollTop: this.#scrollTop,
    })
  }

  #ask(isLanesToo: boolean): void {
    this.#isLanesStale ||= isLanesToo
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      const isStale = this.#isLanesStale
      this.#isLanesStale = false
      this.paint(isStale)
    })
  }

  #rest(): void {
    this.#placements.forget()
    this.#ask(true)
  }

  /** From a scrolled row's own place to the screen. */
  #shift(): number {
    return (this.#scene?.layout.pinnedHeight ?? 0) - this.#scrollTop
  }

  #isPinned(entity: string): boolean {
    return this.#scene!.layout.pinned.some((row) => row.key === entity)
  }

  #paintLanes(scene: Scene): void {
    const [ctx, palette] = [this.#lanes, this.#palette]
    const { width, height } = this.#size
    const scale = this.scale
    ctx.clearRect(0, 0, width, height)
    ctx.textBaseline = 'middle'
    drawGrid(ctx, palette, this.#ticks, scale, height)
    if (scene.isUnread) drawHatch(ctx, palette, { x: 0, y: 0, width, height })
    if (scene.answer === undefined || scene.isUnread) return
    const ground: Ground = {
      ctx,
      palette,
      bitmaps: this.#bitmaps,
      scene,
      size: this.#size,
      scale,
      attention: scene.attention,
      columns: scene.answer.columns,
    }
    this.#eachRow(ground, (row, y) => this.#paintRow(ground, row, y))
    this.#paintLinks(ground)
    this.#eachRow(ground, (row, y) => {
      if (row.kind === 'entity') drawEntityEvents(ground, row, y, this.#place(ground, row))
    })
  }

  /** Rows on the screen and a little beyond, with their tops there; scrolled ones do not reach over pinned ones. */
  #eachRow({ ctx, scene }: Ground, paint: (row: Row, y: number) => void): void {
    const { width, height } = this.#size
    const { pinned, pinnedHeight, rows } = scene.layout
    const top = this.#scrollTop
    ctx.save()
    ctx.beginPath()
    ctx.rect(0, pinnedHeight, width, Math.max(0, height - pinnedHeight))
    ctx.clip()
    const bottom = top + height - pinnedHeight
    for (const row of rowsBetween(rows, top - BEYOND_PX, bottom + BEYOND_PX)) {
      paint(row, row.y + this.#shift())
    }
    ctx.restore()
    for (const row of pinned) paint(row, row.y)
  }

  #paintRow(ground: Ground, row: Row, y: number): void {
    if (row.kind === 'layer') drawLayerRow(ground, row, y)
    else if (row.kind === 'metric') drawMetricRow(ground, row, y)
    else if (row.kind === 'unread') drawUnreadRow(ground, row, y)
    else drawEntityRow(ground, row, y, this.#place(ground, row))
  }

  #place({ ctx, palette, scene, scale, attention }: Ground, row: EntityRow): Placement {
    return this.#placements.of(
      row,
      { originMs: scene.answered.from, scale, attention },
      {
        label: (text) => textWidth(ctx, palette, text),
        count: (n) => textWidth(ctx, palette, countText(n), 600),
      },
    )
  }

  #paintLinks({ ctx, palette, scene, scale }: Ground): void {
    const names = new Map(scene.answer?.lanes.map(({ entity }) => [entity.id, entity.name]))
    this.#links = placeLinks(
      scene.links,
      scene.answered.from,
      scale,
      (entity) => this.laneY(entity),
      (entity) => names.get(entity) ?? entity,
    )
    drawLinks(ctx, palette, this.#links.links, scene.attention.selected !== null)
    drawStubs(ctx, palette, this.#links.stubs)
  }
}

/** Middles of the glyphs, by entity, from the top of each one's block; entities of folded layers are on the layer's lane. */
function middles({ pinned, rows }: RowLayout): Map<string, number> {
  const ys = new Map<string, number>()
  for (const row of [...rows, ...pinned]) if (row.kind === 'entity') ys.set(row.key, glyphY(row))
  return ys
}

function fit(ctx: CanvasRenderingContext2D, width: number, height: number, ratio: number): void {
  const { canvas } = ctx
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
}
