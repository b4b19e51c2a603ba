export interface StopList {
  /** Once everything is being stopped, what is added late is stopped at once. */
  readonly add: (what: string, stop: () => Promise<void> | void) => void
  /** Stops all, last added first, each after the one before; a failure does not keep the rest from stopping. */
  readonly stopAll: () => Promise<void>
}

export interface StopListDeps {
  readonly onError: (what: string, error: unknown) => void
}

/** Every start has a stop; this keeps them in order. */
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
