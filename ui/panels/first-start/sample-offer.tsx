import { useSample, useSampleActions } from '../../data/sample.ts'
import { Button } from '../../widgets/button.tsx'

/** Loads the sample beside own data; nothing where it is there already or did not come with the program. */
export function SampleOffer() {
  const { data: sample } = useSample()
  const { load } = useSampleActions()
  if (sample?.state !== 'absent' || !sample.available) return null
  const failure = load.error?.message ?? sample.failure
  return (
    <>
      {failure !== null && <span role="alert">Could not load the sample: {failure}</span>}
      <Button
        title="Two hours of an invented data centre, beside your own data and removable"
        disabled={load.isPending}
        onClick={() => load.mutate()}
      >
        Load the sample
      </Button>
    </>
  )
}
