import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

const KEY = 'plumbline.tour'

/** The step of the tour that is shown, from 0; null while there is none. */
const tour = createStore<{ readonly step: number | null }>()(() => ({ step: null }))

export const useTourStep = (): number | null => useStore(tour, ({ step }) => step)

export const startTour = (): void => tour.setState({ step: 0 })

export const goToTourStep = (step: number): void => tour.setState({ step })

/** Ends it, and remembers in this browser that it was seen. */
export function endTour(): void {
  localStorage.setItem(KEY, 'seen')
  tour.setState({ step: null })
}

export const wasTourSeen = (): boolean => localStorage.getItem(KEY) === 'seen'
