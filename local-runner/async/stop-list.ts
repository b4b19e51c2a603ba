export interface StopList {
  /** What is added after `stopAll` is stopped immediately. */
  readonly add: (what: string, stop: () => Promise<void> | void) => void
  /** Stops everything one after the other, in reverse order; a failure does not prevent the rest. */
  readonly stopAll: () => Promise<void>
}

export interface StopListDeps {
  readonly onError: (what: string, error: unknown) => void
}

/** Keeps the stop function of everything that was started, in order. */
export function createStopList({ onError }: StopListDeps): StopList {
  const stops: { readonly what: string; readonly stop: () => Promise<void> | void }[] = []
  let stopping: Promise<void> | undefined

  const run = async ({ what, stop }: (typeof stops)[number]) => {
    try {
      await stop()
    } catch (error) {
      onError(what, error)
    }
  }
  const runAll = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await run(next)
  }

  return {
    add: (what, stop) => {
      if (stopping) stopping = Promise.all([stopping, run({ what, stop })]).then(() => undefined)
      else stops.push({ what, stop })
    },
    stopAll: () => (stopping ??= runAll()),
  }
}
