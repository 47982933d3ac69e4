import { useNavigate } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { lastView } from '../data/last-view.ts'
import { endTour, goToTourStep, useTourStep } from '../data/tour.ts'
import { useKeys } from '../lib/keys.ts'
import { Button } from '../widgets/button.tsx'
import { Kbd } from '../widgets/kbd.tsx'
import { cardPlace, isDoneBy, TOUR_STEPS, type TourStep } from './tour-steps.ts'
import styles from './tour.module.css'

/** How long a step that was done stays, so that its effect is seen before the card moves on. */
const SEEN_MS = 900

/** The guided tour while it runs: a card beside the region it speaks of, the page works on. */
export function Tour() {
  const step = useTourStep()
  return step === null ? null : <TourCard key={step} at={step} />
}

function TourCard({ at }: { readonly at: number }) {
  const step = TOUR_STEPS[at]!
  const isLast = at === TOUR_STEPS.length - 1
  const [isDone, setDone] = useState(false)
  const next = (): void => (isLast ? endTour() : goToTourStep(at + 1))
  useOnSearch()
  useDoing(step, () => setDone(true))
  useEffect(() => {
    // The last step ends by the reader's hand: what it opens lies over the card.
    if (!isDone || isLast) return
    const timer = setTimeout(() => goToTourStep(at + 1), SEEN_MS)
    return () => clearTimeout(timer)
  }, [isDone, isLast, at])
  useKeys([{ keys: ['Escape'], does: 'end the tour', run: endTour }])
  const card = useRef<HTMLElement>(null)
  usePlace(card, step)
  useEffect(() => {
    // A reader who is typing goes on typing.
    if (!isTyping(document.activeElement)) card.current?.focus({ preventScroll: true })
  }, [])
  return (
    <section
      ref={card}
      className={styles['card']}
      aria-label={`Tour, step ${at + 1} of ${TOUR_STEPS.length}`}
      tabIndex={-1}
    >
      <p className={styles['count']}>
        {at + 1} of {TOUR_STEPS.length}
      </p>
      <h2>{step.title}</h2>
      <p>{step.text}</p>
      {step.keys.length > 0 && (
        <p className={styles['keys']} data-done={isDone}>
          {step.keys.map(([keys, does]) => (
            <span key={keys}>
              {keys.split(' ').map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
              {does}
            </span>
          ))}
        </p>
      )}
      <div className={styles['buttons']}>
        <Button isSmall kind="primary" onClick={next}>
          {isLast ? 'End the tour' : 'Next'}
        </Button>
        {at > 0 && (
          <Button isSmall onClick={() => goToTourStep(at - 1)}>
            Back
          </Button>
        )}
        {!isLast && (
          <Button isSmall kind="quiet" onClick={endTour}>
            Skip
          </Button>
        )}
        <span role="status" className={styles['done']}>
          {isDone ? 'Done' : ''}
        </span>
      </div>
    </section>
  )
}

/** The tour is about the Search screen. */
function useOnSearch(): void {
  const navigate = useNavigate()
  useEffect(() => {
    if (location.pathname !== '/') void navigate({ to: '/', search: lastView() })
  }, [navigate])
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.tagName === 'INPUT')

/** Hears a key before the page acts on it, and takes none. */
function useDoing(step: TourStep, onDone: () => void): void {
  const done = useRef(onDone)
  done.current = onDone
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isDoneBy(step, event, isTyping(event.target))) done.current()
    }
    addEventListener('keydown', onKey, true)
    return () => removeEventListener('keydown', onKey, true)
  }, [step])
}

/** Keeps the card at its region while either changes its size, and outlines the region. */
function usePlace(card: React.RefObject<HTMLElement | null>, { region }: TourStep): void {
  useLayoutEffect(() => {
    const found = document.querySelector<HTMLElement>(`[data-tour='${region}']`)
    const place = (): void => {
      const at = card.current
      if (at === null) return
      const box = found?.getBoundingClientRect() ?? { left: 0, top: 0, right: 0, bottom: 0 }
      const { left, top } = cardPlace(
        box,
        { width: at.offsetWidth, height: at.offsetHeight },
        { width: innerWidth, height: innerHeight },
      )
      at.style.left = `${left}px`
      at.style.top = `${top}px`
    }
    place()
    found?.setAttribute('data-tour-shown', '')
    const observer = new ResizeObserver(place)
    if (found !== null) observer.observe(found)
    addEventListener('resize', place)
    return () => {
      found?.removeAttribute('data-tour-shown')
      observer.disconnect()
      removeEventListener('resize', place)
    }
  }, [card, region])
}
