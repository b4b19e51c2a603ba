interface BuildFinished {
  readonly name: 'build.finished'
  readonly functionName: string
  readonly buildId: string
  readonly durationMs: number
}

interface BuildFailed {
  readonly name: 'build.failed'
  readonly functionName: string
  readonly message: string
}

/** The first build that succeeds after one that failed. */
interface BuildRecovered {
  readonly name: 'build.recovered'
  readonly functionName: string
}

/** A thread waits for the next build. */
interface SpareReady {
  readonly name: 'spare.ready'
  readonly functionName: string
  /** The build that runs now. */
  readonly buildId: string
}

export type BuildEvent = BuildFinished | BuildFailed | BuildRecovered | SpareReady
